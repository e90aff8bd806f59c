import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { drillTable } from '../../../cli/drill/list';
import { pastDrills, resultFiles, saveResult } from '../../../cli/drill/results';
import { passedDrill } from './support';

describe('the folder of results', () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'drills-'));
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true });
  });

  it('names files by the time in UTC, so that they sort by it', () => {
    const files = resultFiles('/d', 'region-loss', Date.UTC(2026, 10, 23, 21, 5, 9));
    assert.equal(files.json, '/d/20261123T210509Z-region-loss.json');
  });

  it('gives back what was saved, oldest first, and passes over everything else', () => {
    for (const month of [11, 9, 10]) {
      const result = { ...passedDrill(), startedAt: `2026-${String(month).padStart(2, '0')}-01T00:00:00.000Z` };
      saveResult(resultFiles(folder, 'region-loss', Date.parse(result.startedAt)).json, result);
    }
    fs.writeFileSync(path.join(folder, '20260101T000000Z-region-loss.json'), '{"version":0}');
    fs.writeFileSync(path.join(folder, '20260102T000000Z-region-loss.json'), 'torn');
    fs.writeFileSync(path.join(folder, 'note.txt'), '');
    assert.deepEqual(
      pastDrills(folder).map(({ result }) => result.startedAt.slice(0, 7)),
      ['2026-09', '2026-10', '2026-11'],
    );
    assert.equal(fs.readdirSync(folder).filter((name) => name.endsWith('.draft')).length, 0);
  });

  it('rejects a result that has not the shape, before anything is written', () => {
    const file = path.join(folder, 'x.json');
    assert.throws(() => {
      saveResult(file, { ...passedDrill(), timeScale: 0 });
    });
    assert.equal(fs.existsSync(file), false);
  });

  it('is empty before the first drill', () => {
    assert.deepEqual(pastDrills(path.join(folder, 'none')), []);
    assert.equal(drillTable([]), 'no drill has been run yet\n');
  });
});
