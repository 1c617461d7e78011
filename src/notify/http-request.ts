import { createHmac } from 'node:crypto';
import type { Notice, NoticeKind } from '../model/notification/notice.ts';
import type { HttpSink } from '../model/notification/sink.ts';

/** What is posted for a notice. */
export type NoticeRequest = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** What is posted to a sink; `secret` is the value of its `secret_variable`, null where it has none. */
export function noticeRequest(
  kind: HttpSink['kind'],
  notice: Notice,
  secret: string | null,
): NoticeRequest {
  switch (kind) {
    case 'webhook':
      return signed(noticeJson(notice), secret);
    case 'slack':
      return { headers: json, body: JSON.stringify({ text: slackText(notice) }) };
    case 'ntfy':
      return { headers: ntfyHeaders(notice, secret), body: textOf(notice) };
  }
}

/** A notice as programs get it: the body of a webhook, and standard input of a command. */
export function noticeJson({ key: _key, kinds, ...notice }: Notice): string {
  return JSON.stringify({ kind: kinds[0], kinds, ...notice });
}

/** The text below the title, with where to look. */
function textOf({ text, link, command }: Notice): string {
  return [text, ...(link === null ? [] : [link]), command].join('\n');
}

const json = { 'Content-Type': 'application/json' };

function signed(body: string, secret: string | null): NoticeRequest {
  if (secret === null) return { headers: json, body };
  const digest = createHmac('sha256', secret).update(body).digest('hex');
  return { headers: { ...json, 'X-Flotilla-Signature': `sha256=${digest}` }, body };
}

/** Slack reads `<…>` as a mention or a link, and an issue's title must not call a whole channel. */
function slackText(notice: Notice): string {
  const escaped = (text: string): string =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return [notice.title, textOf(notice)].map(escaped).join('\n');
}

const priorities: Readonly<Record<NoticeKind, number>> = {
  ...{ 'needs-person': 4, failed: 4, stalled: 3, 'run-done': 3, 'phase-done': 2 },
};

function ntfyHeaders(
  { title, kinds, link }: Notice,
  token: string | null,
): NoticeRequest['headers'] {
  return {
    'Content-Type': 'text/plain; charset=utf-8',
    Title: headerText(title),
    Priority: String(Math.max(...kinds.map((kind) => priorities[kind]))),
    ...(link === null ? {} : { Click: headerText(link) }),
    ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
  };
}

/** Headers hold printable ASCII; all else is written as RFC 2047 says, which ntfy reads. */
function headerText(text: string): string {
  if (/^[\x20-\x7e]*$/u.test(text) && !text.includes('=?')) return text;
  return `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;
}
