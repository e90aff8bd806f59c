import { ApiError } from '../web/api-error';

const sendAgain = 'send the same reference again: it is booked at most once';

/** Classes of SQLSTATE that say "not now": connection, resources, operator intervention. */
const passing = ['08', '53', '57'];
/** read_only_sql_transaction: a standby, or a site that has been fenced. */
const readOnly = '25006';

/** What a failure of the database means to the client; a bug stays a bug. */
export function fromDatabase(error: unknown): ApiError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const sqlstate = /^[0-9A-Z]{5}$/.test(code);
  if (sqlstate && code !== readOnly && !passing.includes(code.slice(0, 2))) {
    return new ApiError('internal', 'the booking failed inside', 'report it with the time', { cause: error });
  }
  const fact = code === readOnly ? 'the database takes no writes here' : 'the database does not answer';
  return new ApiError('database-unavailable', fact, sendAgain, { cause: error });
}

/** The row is committed, but the session is not in the cache: the guest must not be told "booked" yet. */
export function fromCache(error: unknown): ApiError {
  return new ApiError('cache-unavailable', 'the session could not be kept', sendAgain, { cause: error });
}
