import { disruptions, type Disruption } from '../../recovery/disruption';
import type { ForecastRow, Outlook } from '../../recovery/forecast';
import type { Place } from '../../recovery/rates';

const matter = disruptions.filter((disruption) => disruption !== 'application');

const placeNames: Readonly<Record<Place, string>> = { aws: 'AWS', local: 'regions on this machine' };

/** What growth does to the stores in one place. */
export interface Growth {
  readonly place: Place;
  readonly rows: readonly ForecastRow[];
}

/** A table of what growth does to each store, its head first. */
export function forecastCells({ rows }: Growth): string[][] {
  const stores = [...new Set(rows.map(({ dataset }) => dataset))];
  return [
    ['store', 'tier', 'data damaged', 'zone lost', 'region lost'],
    ...stores.map((store) => {
      const own = rows.filter(({ dataset }) => dataset === store);
      return [store, String(own[0]?.tier), ...matter.map((disruption) => cellOf(own, disruption))];
    }),
  ];
}

/** What a manager reads first: the month for each tier, and what the months rest on. */
export function forecastSummary({ rows, place }: Growth): string[] {
  const tiers = [...new Set(rows.map(({ tier }) => tier))].sort();
  return [`Growth, on ${placeNames[place]}:`, ...tiers.map((tier) => tierLine(rows, tier)), ...sources(rows)];
}

function tierLine(rows: readonly ForecastRow[], tier: ForecastRow['tier']): string {
  const own = rows.filter((row) => row.tier === tier);
  const [first] = own
    .flatMap((row) => (row.outlook.kind === 'breaks' ? [{ ...row, month: row.outlook.month }] : []))
    .sort((a, b) => a.month.monthsSince(b.month));
  // What has no month yet may break before the one that has.
  const open = own.filter(({ outlook }) => outlook.kind === 'unmeasured' || outlook.kind === 'unsaid');
  const unknown = [...new Set(open.map(({ dataset }) => dataset))];
  const known =
    first === undefined ? [] : [`breaks in ${first.month.toString()} (${first.dataset}, ${first.disruption})`];
  const waiting = unknown.length === 0 ? [] : [`unmeasured for ${unknown.join(', ')}`];
  const said = [...known, ...waiting];
  return `tier ${String(tier)}: ${said.length === 0 ? 'holds as far as is looked' : said.join('; ')}`;
}

function sources(rows: readonly ForecastRow[]): string[] {
  const rates = rows.flatMap((row) => row.rates);
  return [...new Set(rates.map(({ mibPerSecond, source, date }) => `${speed(mibPerSecond)}: ${source} (${date})`))];
}

function cellOf(rows: readonly ForecastRow[], disruption: Disruption): string {
  const row = rows.find((one) => one.disruption === disruption);
  return row === undefined ? '' : textOf(row.outlook);
}

function textOf(outlook: Outlook): string {
  if (outlook.kind === 'breaks') return `breaks in ${outlook.month.toString()}`;
  if (outlook.kind === 'holds') return `holds past ${outlook.through.toString()}`;
  if (outlook.kind === 'unsaid') return 'unknown';
  return outlook.enough === null ? 'unmeasured' : `unmeasured; enough: ${speed(outlook.enough)}`;
}

/** Upwards, so that what is called enough is. */
function speed(mibPerSecond: number): string {
  return `${(Math.ceil(mibPerSecond * 10) / 10).toFixed(1)} MiB/s`;
}
