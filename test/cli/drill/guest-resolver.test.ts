import assert from 'node:assert/strict';
import { GuestResolver, type Answer } from '../../../cli/drill/guest-resolver';

/** A name server and a clock in the test's hand. */
function setting(random = 1): {
  resolver: GuestResolver;
  asked: () => number;
  at: (ms: number) => void;
  answer: (answer: Answer | null) => void;
} {
  let [now, asked] = [0, 0];
  let answer: Answer | null = { address: '127.0.0.1', ttlMs: 60_000 };
  const ask = (): Promise<Answer | null> => {
    asked += 1;
    return Promise.resolve(answer);
  };
  const resolver = new GuestResolver(
    { ask },
    'api.hotel.test',
    () => now,
    () => random,
  );
  return { resolver, asked: () => asked, at: (ms) => (now = ms), answer: (next) => (answer = next) };
}

describe("a guest's resolver", () => {
  it('keeps an answer for its whole TTL and not longer, whatever the name says meanwhile', async () => {
    const { resolver, at, answer, asked } = setting();
    assert.equal(await resolver.resolve(), '127.0.0.1');
    answer({ address: '127.0.0.2', ttlMs: 60_000 });
    at(59_999);
    assert.equal(await resolver.resolve(), '127.0.0.1');
    at(60_000);
    assert.equal(await resolver.resolve(), '127.0.0.2');
    assert.equal(asked(), 2);
  });

  it('takes the first answer as aged, and every later one as fresh', async () => {
    const { resolver, at, asked } = setting(0.25);
    await resolver.resolve();
    at(15_000);
    await resolver.resolve();
    assert.equal(asked(), 2);
    at(74_999);
    await resolver.resolve();
    assert.equal(asked(), 2);
  });

  it('knows nothing when the answer has ended and the server is silent', async () => {
    const { resolver, at, answer } = setting();
    await resolver.resolve();
    answer(null);
    assert.equal(await resolver.resolve(), '127.0.0.1');
    at(60_000);
    assert.equal(await resolver.resolve(), null);
  });
});
