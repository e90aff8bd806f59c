/**
 * What the application would ask first, by dataset: it reads both tables whose rows are promised, by the
 * columns that it uses. Null where only the engine's own checks apply.
 */
export function applicationQuery(dataset: string): string | null {
  return queries[dataset] ?? null;
}

const queries: Readonly<Record<string, string>> = {
  postgres:
    'SELECT (SELECT count(*) FROM sessions) AS sessions, (SELECT count(*) FROM reservations) AS reservations, ' +
    '(SELECT max(created_at) FROM sessions) AS newest_session, (SELECT max(created_at) FROM reservations) AS newest_reservation',
};
