import { spawn } from 'node:child_process';
import { SetupError } from './errors.mjs';

const everyMs = { terminal: 1_000, log: 15_000 };
/** Lines of a failed program's output that a person gets to see: the cause stands first or last. */
const shownLines = { first: 8, last: 12 };

function clock(ms) {
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/**
 * Runs a program and says meanwhile what is going on: one live line on a terminal, a line now and then
 * in a log. What the program prints is shown only when it fails.
 *
 * @param title what happens, for a person
 * @param expected how long it takes on two cores, "about 3 min"
 * @returns what it wrote to stdout
 */
export async function step({ title, expected, command, args, env, cwd, hint }) {
  const started = Date.now();
  const live = process.stderr.isTTY === true;
  const line = () => `set-up: ${title} · ${clock(Date.now() - started)} (${expected})`;
  process.stderr.write(live ? line() : `${line()}\n`);
  const timer = setInterval(
    () => process.stderr.write(live ? `\r\x1b[2K${line()}` : `${line()}\n`),
    live ? everyMs.terminal : everyMs.log,
  );
  try {
    const { code, output, stdout } = await run(command, args, { env, cwd });
    if (live) process.stderr.write('\r\x1b[2K');
    if (code !== 0) throw failure({ title, command, args, code, output, hint });
    process.stderr.write(`set-up: ${title} · done in ${clock(Date.now() - started)}\n`);
    return stdout;
  } finally {
    clearInterval(timer);
  }
}

function failure({ title, command, args, code, output, hint }) {
  const fact = `${title} failed: ${[command, ...args].join(' ')} ended with ${code}\n  ${excerpt(output).join('\n  ')}`;
  return new SetupError(fact, hint, 'setup-failed');
}

function excerpt(output) {
  const lines = output.trimEnd().split('\n');
  const { first, last } = shownLines;
  return lines.length <= first + last ? lines : [...lines.slice(0, first), '…', ...lines.slice(-last)];
}

function run(command, args, { env, cwd }) {
  return new Promise((resolve) => {
    // Its own group would survive a Ctrl-C here; in ours it ends with the set-up.
    const child = spawn(command, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let stdout = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
      output += chunk;
    });
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ code: error.code, output: error.message, stdout }));
    child.on('close', (code, signal) => resolve({ code: code ?? signal, output, stdout }));
  });
}
