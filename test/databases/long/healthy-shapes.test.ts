import assert from 'node:assert/strict';
import { CommandBench } from '../command-bench';
import { healthyMysql } from './healthy-mysql';
import { healthyOthers } from './healthy-others';
import { healthyPostgres } from './healthy-postgres';

const shapes = [...healthyPostgres, ...healthyMysql, ...healthyOthers];

describe('a healthy source raises no alarm, whatever it looks like', function () {
  this.timeout(120_000);

  for (const shape of shapes) {
    const { title, dataset, kinds } = shape;
    it(title, async () => {
      const bench = new CommandBench('healthy');
      const source = await shape.start(bench.room);
      try {
        const machine = bench.machine('machine', { [dataset]: source.settings });
        for (const kind of kinds) await quiet('backup', dataset, kind);
        await quiet('catalog', 'verify', dataset);
        await quiet('validate', dataset, '--budget', '10m');
        await quiet('catalog', 'expire', dataset);

        async function quiet(...words: readonly string[]): Promise<void> {
          const { code, stderr } = await bench.run(machine, ...words);
          assert.equal(code, 0, `${words.join(' ')}: ${stderr}`);
          assert.doesNotMatch(stderr, /warning|error|shrunk|fell from/i);
        }
      } finally {
        await source.end();
        bench.remove();
      }
    });
  }
});
