/**
 * The SDK prints an uncaught error by `util.inspect` in colours, which looks for the package's name
 * after `/node_modules/` in every frame. The SDK's own source maps name `node_modules/@pulumi/config.ts`,
 * a scope without a package: Node 20 and 22 then search for ever, until the text is as long as a string
 * can be: 12 s and 3.6 GB for one missing configuration key. Without colours nobody searches.
 */
const withoutColours = `
  import util from 'node:util';
  const { inspect } = util;
  const plain = (value, options, ...rest) =>
    value instanceof Error && typeof options === 'object'
      ? inspect(value, { ...options, colors: false })
      : inspect(value, options, ...rest);
  util.inspect = Object.assign(plain, inspect);
`;

/** A flag of Node. With `=`: the SDK takes a separate `--import` for a loader of TypeScript. */
export const plainErrors = `--import=data:text/javascript,${encodeURIComponent(withoutColours)}`;
