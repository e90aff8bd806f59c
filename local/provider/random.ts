import { randomInt } from 'node:crypto';
import { difference, type Difference } from './diff';
import { Fields } from './fields';
import type { Checked, Provider, Standing, Subject } from './provider';
import { row } from './tables/row';
import { revealAll, secret, unknown, type Properties } from './values';

const passwordType = 'random:index/randomPassword:RandomPassword';

/** As in the official provider: everything that shapes the password makes a new one. */
const passwordRow = row({
  source: 'random_password',
  forceNew: 'keepers length lower minLower minNumeric minSpecial minUpper number numeric overrideSpecial special upper',
  optionalComputed: 'lower minLower minNumeric minSpecial minUpper number numeric special upper',
  computed: 'result',
  global: true,
});

const letters = 'abcdefghijklmnopqrstuvwxyz';
const defaultSpecial = '!@#$%&*()-_=+[]{}<>:?';

interface Alphabet {
  readonly characters: string;
  readonly atLeast: number;
}

function alphabets(inputs: Fields): Alphabet[] {
  const wanted = (name: string) => !inputs.has(name) || inputs.flag(name);
  const all: (Alphabet & { wanted: boolean })[] = [
    { characters: letters, atLeast: inputs.number('minLower', 0), wanted: wanted('lower') },
    { characters: letters.toUpperCase(), atLeast: inputs.number('minUpper', 0), wanted: wanted('upper') },
    {
      characters: '0123456789',
      atLeast: inputs.number('minNumeric', 0),
      wanted: wanted('numeric') && wanted('number'),
    },
    {
      characters: inputs.optionalText('overrideSpecial') ?? defaultSpecial,
      atLeast: inputs.number('minSpecial', 0),
      wanted: wanted('special'),
    },
  ];
  return all.filter((alphabet) => alphabet.wanted);
}

const pick = (characters: string): string => characters[randomInt(characters.length)] ?? '';

function shuffled(items: string[]): string {
  for (let index = items.length - 1; index > 0; index -= 1) {
    const other = randomInt(index + 1);
    [items[index], items[other]] = [items[other] ?? '', items[index] ?? ''];
  }
  return items.join('');
}

/** A password from the system's random source. @throws Error when the alphabet is empty or the length too small. */
export function makePassword(inputs: Fields): string {
  const used = alphabets(inputs);
  const all = used.map(({ characters }) => characters).join('');
  const needed = used.flatMap(({ characters, atLeast }) => Array.from({ length: atLeast }, () => pick(characters)));
  const length = inputs.number('length', 0);
  if (all === '' || length < Math.max(1, needed.length)) throw new Error('no password has such a length and alphabet');
  return shuffled([...needed, ...Array.from({ length: length - needed.length }, () => pick(all))]);
}

/** The provider that answers to the name `random`: passwords, kept until what shapes them changes. */
export class RandomProvider implements Provider {
  configure(): void {
    // Nothing to configure.
  }

  check(subject: Subject, _before: Properties, after: Properties): Checked {
    known(subject);
    return { inputs: after, failures: [] };
  }

  diff(subject: Subject, before: Properties, after: Properties): Difference {
    known(subject);
    return { ...difference(passwordRow, before, after), deleteFirst: false };
  }

  create(subject: Subject, inputs: Properties, preview: boolean): Promise<Standing> {
    known(subject);
    const result = preview ? unknown : makePassword(new Fields(revealAll(inputs)));
    return Promise.resolve({ id: preview ? '' : 'none', state: { ...inputs, result: secret(result) } });
  }

  update(_subject: Subject, standing: Standing, _before: Properties, after: Properties): Promise<Properties> {
    return Promise.resolve({ ...standing.state, ...after });
  }

  read(_subject: Subject, standing: Standing, inputs: Properties) {
    return Promise.resolve({ state: standing.state, inputs });
  }

  remove(): Promise<void> {
    return Promise.resolve();
  }
}

function known(subject: Subject): void {
  if (subject.type !== passwordType) throw new Error(`regions on this machine do not know the type ${subject.type}`);
}
