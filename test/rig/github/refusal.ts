/** One entry of a 422's list. */
export type FieldError = {
  readonly resource: string;
  readonly field?: string;
  readonly code: string;
  readonly message?: string;
};

/** An answer that is not what was asked for; thrown from wherever that turns out. */
export class Refusal extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: readonly (FieldError | string)[] | null;

  constructor(
    status: number,
    message: string,
    more: {
      readonly headers?: Readonly<Record<string, string>>;
      readonly errors?: readonly (FieldError | string)[];
    } = {},
  ) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.headers = more.headers ?? {};
    this.errors = more.errors ?? null;
  }

  static notFound(): Refusal {
    return new Refusal(404, 'Not Found');
  }

  static unauthorized(message = 'Bad credentials'): Refusal {
    return new Refusal(401, message);
  }

  static forbidden(message: string, headers: Readonly<Record<string, string>> = {}): Refusal {
    return new Refusal(403, message, { headers });
  }

  static invalid(errors: readonly (FieldError | string)[]): Refusal {
    return new Refusal(422, 'Validation Failed', { errors });
  }

  /** As GitHub words it. */
  get body(): Record<string, unknown> {
    return {
      message: this.message,
      ...(this.errors === null ? {} : { errors: this.errors }),
      documentation_url: 'https://docs.github.com/rest',
      status: String(this.status),
    };
  }
}
