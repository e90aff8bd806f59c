import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { stateOf } from '../../../scripts/progress/watched';
import { asJson, asLines, bytesText, clockText } from '../../../scripts/progress/watchers';

const mebibyte = 1024 * 1024;
const written = (stream: PassThrough): string => (stream.read() as Buffer | null)?.toString() ?? '';

describe('progress', () => {
  it('tells the rate and what is left', () => {
    const state = stateOf('copying', { done: 100 * mebibyte, total: 300 * mebibyte }, 10);
    assert.equal(state.eta, 20);
    const stream = new PassThrough();
    asLines(stream).update(state);
    assert.equal(written(stream), 'copying · 33 % 100.0 MiB of 300.0 MiB · 10.0 MiB/s · 0:10 · 0:20 to go\n');
  });

  it('promises no end that nobody knows', () => {
    assert.equal(stateOf('copying', { done: 5, total: null }, 10).eta, null);
    assert.equal(stateOf('copying', { done: 0, total: 10 }, 10).eta, null);
    assert.equal(stateOf('copying', { done: 20, total: 10 }, 10).eta, 0);
  });

  it('is a JSON object a line for machines', () => {
    const stream = new PassThrough();
    const watcher = asJson(stream);
    watcher.say('x');
    watcher.end(stateOf('copying', { done: 1, total: 1 }, 1));
    const lines = written(stream)
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    assert.deepEqual(lines[0], { message: 'x' });
    assert.equal((lines[1] as { progress: { ended: boolean } }).progress.ended, true);
  });

  it('writes sizes and times as people do', () => {
    assert.deepEqual([0, 1023, 1024, 5 * 1024 ** 3].map(bytesText), ['0 B', '1023 B', '1.0 KiB', '5.0 GiB']);
    assert.deepEqual([5, 65, 3_725].map(clockText), ['0:05', '1:05', '1:02:05']);
  });
});
