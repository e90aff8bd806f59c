/** How often a host that lost its stdin unnoticed looks for its engine. */
const lookForParentMs = 1_000;

/**
 * Ends this process when the engine is gone, however it went. An engine that is killed takes nobody
 * along: a host and a program that stay behind would keep a half-done update alive.
 *
 * @param stop ends what the host has started; must be safe to call twice
 */
export function watchEngine(stop: () => void): void {
  const end = (): void => {
    stop();
    process.exit(0);
  };
  // The engine holds the other end of stdin for as long as it lives.
  process.stdin.resume().on('end', end).on('error', end);
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) end();
  }, lookForParentMs).unref();
  // The engine's way of closing a plug-in is SIGINT, and SIGKILL five seconds later.
  process.on('SIGINT', end).on('SIGTERM', end);
}
