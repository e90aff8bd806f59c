import { killAll } from '../processes';

/** What a supervisor leaves behind when it ends, whatever ended it. Started by `keepLastWatch`. */
const [dir, region] = process.argv.slice(2);
if (dir === undefined || region === undefined) throw new Error('usage: sweep.js <machine folder> <region>');
killAll(dir, region).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
