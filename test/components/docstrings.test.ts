import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import ts from 'typescript';

const folder = path.resolve(__dirname, '../../components');

/** A statement of fewer words says nothing about a recovery. */
const fewestWords = 3;

/** A knob: one property of what a component is told, with the names around it. */
interface Knob {
  /** `FILE SHAPE.PROPERTY` */
  readonly place: string;
  readonly property: ts.PropertySignature;
}

type Declaration = ts.InterfaceDeclaration | ts.TypeAliasDeclaration;
interface Shape {
  readonly file: string;
  readonly declaration: Declaration;
}

const isDeclaration = (node: ts.Node): node is Declaration =>
  ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);

const isExported = ({ modifiers = [] }: { modifiers?: Iterable<ts.ModifierLike> }): boolean =>
  [...modifiers].some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);

/** Shapes by file and name. Parsed only: who wrote the types is not asked. */
function shapesOf(texts: Readonly<Record<string, string>>): Shape[] {
  return Object.entries(texts).flatMap(([file, text]) =>
    ts
      .createSourceFile(file, text, ts.ScriptTarget.ES2022, true)
      .statements.filter(isDeclaration)
      .map((declaration) => ({ file, declaration })),
  );
}

/** Every property of every exported `*Args`, and of each shape that one of them names, however deep. */
function knobsOf(shapes: readonly Shape[]): Knob[] {
  const found: Knob[] = [];
  const seen = new Set<Shape>();
  const named = (file: string, name: string): Shape | undefined =>
    shapes.find((shape) => shape.file === file && shape.declaration.name.text === name) ??
    shapes.find(({ declaration }) => isExported(declaration) && declaration.name.text === name);
  const read = (shape: Shape | undefined): void => {
    if (shape === undefined || seen.has(shape)) return;
    seen.add(shape);
    const visit = (node: ts.Node, within: string): void => {
      const inner = ts.isPropertySignature(node) ? `${within}.${node.name.getText()}` : within;
      if (ts.isPropertySignature(node)) found.push({ place: `${shape.file} ${inner}`, property: node });
      const name = ts.isTypeReferenceNode(node)
        ? node.typeName
        : ts.isExpressionWithTypeArguments(node)
          ? node.expression
          : undefined;
      if (name !== undefined && ts.isIdentifier(name)) read(named(shape.file, name.text));
      ts.forEachChild(node, (child) => {
        visit(child, inner);
      });
    };
    visit(shape.declaration, shape.declaration.name.text);
  };
  for (const shape of shapes) {
    if (isExported(shape.declaration) && shape.declaration.name.text.endsWith('Args')) read(shape);
  }
  return found;
}

const wordsOf = (comment: ts.JSDoc['comment']): string[] =>
  (ts.getTextOfJSDocComment(comment) ?? '').split(/\s+/).filter((word) => /\w/.test(word));

function faultsOf({ place, property }: Knob): string[] {
  const docs = ts.getJSDocCommentsAndTags(property).filter(ts.isJSDoc);
  const saying = (tag: string): string[] | undefined => {
    const said = ts.getJSDocTags(property).filter(({ tagName }) => tagName.text === tag);
    return said.length === 0 ? undefined : said.flatMap(({ comment }) => wordsOf(comment));
  };
  const [fallback, recovery = []] = [saying('default'), saying('recovery')];
  const optional = property.questionToken !== undefined;
  const faults: [boolean, string][] = [
    [docs.flatMap(({ comment }) => wordsOf(comment)).length === 0, 'no sentence about what it is'],
    [recovery.length < fewestWords, '@recovery does not say what it does to a recovery'],
    [optional && (fallback ?? []).length === 0, 'optional, and no @default'],
    [!optional && fallback !== undefined, '@default, and not optional'],
  ];
  return faults.flatMap(([found, fault]) => (found ? [`${place}: ${fault}`] : []));
}

const faultsIn = (texts: Readonly<Record<string, string>>): string[] => knobsOf(shapesOf(texts)).flatMap(faultsOf);

const components = Object.fromEntries(
  fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => [`components/${name}`, fs.readFileSync(path.join(folder, name), 'utf8')]),
);

describe('docstrings of what components are told', () => {
  it('are found in arguments, in members of unions, in shapes that they name and in shapes within', () => {
    const places = knobsOf(shapesOf(components)).map(({ place }) => place);
    for (const place of [
      'components/task-container.ts TaskArgs.image',
      'components/database-engine.ts DatabaseEngine.keepWalForReplica',
      'components/database-origin.ts RestoredOrigin.from.identifier',
      'components/cache-elasticache.ts DurableLogPersistence.mode',
      'components/backup-vault.ts BackupVaultArgs.keep.atLeast',
      'components/recovery-alarms.ts AlarmPlan.periods',
    ]) {
      assert.ok(places.includes(place), place);
    }
  });

  it('say what each knob is, what it does to a recovery, and what holds where nobody says', () => {
    assert.deepEqual(faultsIn(components), []);
  });

  it('rejects silence, a statement of too few words, and a default that is missing or cannot be', () => {
    const text = `
      interface Ways {
        /** One of two. @recovery none: both are the same */
        readonly way: 'a' | 'b';
        readonly other: string;
      }
      interface Unasked { readonly silent: string }
      export interface BadArgs extends Partial<Ways> {
        readonly silent: string;
        /** Of no use. @recovery none */
        readonly short?: number;
        /** @recovery the length of the gap, as it is */
        readonly wordless: string;
        /** How long. @default for ever @recovery what is older is gone */
        readonly required: { readonly deep: string } | null;
      }`;
    assert.deepEqual(faultsIn({ 'bad.ts': text }), [
      'bad.ts Ways.other: no sentence about what it is',
      'bad.ts Ways.other: @recovery does not say what it does to a recovery',
      'bad.ts BadArgs.silent: no sentence about what it is',
      'bad.ts BadArgs.silent: @recovery does not say what it does to a recovery',
      'bad.ts BadArgs.short: @recovery does not say what it does to a recovery',
      'bad.ts BadArgs.short: optional, and no @default',
      'bad.ts BadArgs.wordless: no sentence about what it is',
      'bad.ts BadArgs.required: @default, and not optional',
      'bad.ts BadArgs.required.deep: no sentence about what it is',
      'bad.ts BadArgs.required.deep: @recovery does not say what it does to a recovery',
    ]);
  });
});
