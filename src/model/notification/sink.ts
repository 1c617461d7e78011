import type { NoticeKind } from './notice.ts';

/** The kinds of sinks that send over HTTP. */
export const httpSinkKinds = ['webhook', 'slack', 'ntfy'] as const;

type Chosen = {
  /** The kinds of notices that it takes; left out: all. */
  readonly on?: readonly NoticeKind[] | undefined;
};

/** Where a sink's URL comes from: one of the two. A URL is as good as a password, so the variable is preferred. */
type Addressed = {
  readonly url?: string | undefined;
  readonly url_variable?: string | undefined;
};

/** A sink over HTTP, as the configuration has it. */
export type HttpSink = Chosen &
  Addressed & {
    readonly kind: (typeof httpSinkKinds)[number];
    /** The variable with the key that signs (`webhook`), or with the token that ntfy asks for. */
    readonly secret_variable?: string | undefined;
  };

/** Where notices go, as the configuration has it. */
export type NotificationSink =
  | (Chosen & { readonly kind: 'bell' | 'desktop' })
  | HttpSink
  | (Chosen & {
      readonly kind: 'command';
      /** The program and its arguments, for no shell; the notice is JSON on standard input. */
      readonly command: readonly string[];
    });

/** The hours of the local clock, `22:00`, in which only the excepted kinds are sent. They may span midnight. */
export type QuietHours = {
  readonly from: string;
  readonly to: string;
  readonly except: readonly NoticeKind[];
};

/** Whether a sink is configured to send over HTTP. */
export function isHttpSink(sink: NotificationSink): sink is HttpSink {
  return httpSinkKinds.some((kind) => kind === sink.kind);
}

/** The variables that sinks take URLs and keys from. No agent, setup or check ever gets them. */
export function sinkVariables(sinks: readonly NotificationSink[]): readonly string[] {
  return sinks
    .filter(isHttpSink)
    .flatMap((sink) => [sink.url_variable ?? [], sink.secret_variable ?? []].flat());
}

/** What a sink is called where people read: never by its whole URL. */
export function sinkName(sink: NotificationSink): string {
  if (isHttpSink(sink)) return `${sink.kind} (${addressName(sink)})`;
  return sink.kind === 'command' ? `command (${sink.command[0] ?? ''})` : sink.kind;
}

/** A URL's origin, or the variable that holds it: the rest of it may be a key. */
export function addressName({ url, url_variable: variable }: HttpSink): string {
  if (url === undefined) return `$${variable ?? ''}`;
  return URL.canParse(url) ? `${new URL(url).origin}/…` : 'a URL';
}
