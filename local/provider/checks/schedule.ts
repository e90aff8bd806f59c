import { nextFiring } from '../../realised/schedule-expression';
import { plain, type Rule } from './rule';

/** EventBridge's languages, as the region reads them. */
export const scheduleExpression: Rule = (value) => {
  try {
    nextFiring(plain(value), 'UTC', new Date(0));
    return null;
  } catch {
    return `must be cron(…) of six fields, rate(…) or at(…), got ${JSON.stringify(value)}`;
  }
};

export const timeZone: Rule = (value) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: plain(value) });
    return null;
  } catch {
    return `must be the name of a time zone, got ${JSON.stringify(value)}`;
  }
};
