/** Every code that a guest's client can meet, with its HTTP status. */
const statuses = {
  'invalid-request': 400,
  'not-found': 404,
  'method-not-allowed': 405,
  'room-taken': 409,
  'reference-taken': 409,
  'request-too-large': 413,
  'database-unavailable': 503,
  'cache-unavailable': 503,
  internal: 500,
} as const;

type ApiErrorCode = keyof typeof statuses;

/** An answer other than the wished one: `{error: {code, message, hint}}`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly code: ApiErrorCode,
    message: string,
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  get status(): number {
    return statuses[this.code];
  }
}
