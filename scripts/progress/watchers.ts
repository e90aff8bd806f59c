import type { StepState, Watcher } from './watched';

const mebibyte = 1024 * 1024;

/** `12.3 MiB`, `4.0 GiB`. */
export function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const exponent = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** exponent;
  return `${exponent === 0 ? String(Math.round(value)) : value.toFixed(1)} ${units[exponent] ?? ''}`;
}

/** `4:05`, `1:02:03`. */
export function clockText(seconds: number): string {
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const [hours = 0, minutes = 0, rest = 0] = parts;
  const tail = `${String(minutes).padStart(hours > 0 ? 2 : 1, '0')}:${String(rest).padStart(2, '0')}`;
  return hours > 0 ? `${String(hours)}:${tail}` : tail;
}

function lineOf({ what, done, total, rate, eta, seconds }: StepState): string {
  if (done === 0 && total === null) return `${what} · ${clockText(seconds)}`;
  const share = total === null || total === 0 ? '' : ` ${String(Math.min(100, Math.floor((done / total) * 100)))} %`;
  const amount = total === null ? bytesText(done) : `${bytesText(done)} of ${bytesText(total)}`;
  const left = eta === null ? '' : ` · ${clockText(eta)} to go`;
  return `${what} ·${share} ${amount} · ${(rate / mebibyte).toFixed(1)} MiB/s · ${clockText(seconds)}${left}`;
}

/** One line that is written over, where there is a terminal. */
export const onTerminal = (stream: NodeJS.WriteStream): Watcher => ({
  everyMs: 250,
  update: (state) => stream.write(`\r\u001b[2K${lineOf(state).slice(0, stream.columns - 1)}`),
  end: (state) => stream.write(`\r\u001b[2K${lineOf({ ...state, eta: null })}\n`),
  say: (text) => stream.write(`${text}\n`),
});

/** A line now and then, for logs. */
export const asLines = (stream: NodeJS.WritableStream): Watcher => ({
  everyMs: 10_000,
  update: (state) => stream.write(`${lineOf(state)}\n`),
  end: (state) => stream.write(`${lineOf({ ...state, eta: null })}\n`),
  say: (text) => stream.write(`${text}\n`),
});

/** A JSON object a line, for machines. */
export const asJson = (stream: NodeJS.WritableStream): Watcher => ({
  everyMs: 1_000,
  update: (state) => stream.write(`${JSON.stringify({ progress: state })}\n`),
  end: (state) => stream.write(`${JSON.stringify({ progress: { ...state, ended: true } })}\n`),
  say: (text) => stream.write(`${JSON.stringify({ message: text })}\n`),
});
