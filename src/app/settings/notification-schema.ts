import { z } from 'zod';
import { noticeKinds } from '../../model/notification/notice.ts';

const on = z.array(z.enum(noticeKinds)).min(1).optional();

const variable = z
  .string()
  .regex(/^[A-Za-z_]\w*$/u, 'it must be the name of a variable')
  .optional();

/** The words of a refusal do not repeat it: a URL is as good as a password. */
const url = z
  .string()
  .refine(isWebAddress, 'it must be an http or https URL; better name a variable: url_variable')
  .optional();

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/u.test(new URL(text).protocol);
}

const address = { url, url_variable: variable };

function hasOneAddress(sink: {
  readonly url?: string | undefined;
  readonly url_variable?: string | undefined;
}): boolean {
  return (sink.url === undefined) !== (sink.url_variable === undefined);
}

const oneAddress = 'it must have either url_variable or url';

/** What the configuration may say under `notifications.sinks`. */
export const sinksSchema = z.array(
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.enum(['bell', 'desktop']), on }),
    z
      .strictObject({
        ...{ kind: z.enum(['webhook', 'ntfy']), ...address, secret_variable: variable, on },
      })
      .refine(hasOneAddress, oneAddress),
    z.strictObject({ kind: z.literal('slack'), ...address, on }).refine(hasOneAddress, oneAddress),
    z.strictObject({ kind: z.literal('command'), command: z.array(z.string()).min(1), on }),
  ]),
);

const time = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/u, 'it must be a time, such as 22:00');

/** What the configuration may say under `notifications.quiet`. */
export const quietSchema = z
  .strictObject({ from: time, to: time, except: z.array(z.enum(noticeKinds)).default([]) })
  .refine(({ from, to }) => from !== to, 'from and to must be different times');
