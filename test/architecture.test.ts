import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const root = path.resolve(__dirname, '..');

/** Who may import whom; a room that is missing on the right is closed to the one on the left. */
const mayImport = {
  recovery: [],
  components: ['recovery'],
  infra: ['components', 'recovery'],
  policy: ['recovery'],
  scripts: ['recovery'],
  local: ['recovery', 'scripts'],
  cli: ['policy', 'scripts', 'local', 'recovery'],
} as const satisfies Record<string, readonly string[]>;

type Room = keyof typeof mayImport;
const rooms = Object.keys(mayImport) as Room[];

/** Longest file of components/, in lines: above it a component does two things. */
const longestComponent = 200;

interface Import {
  readonly from: string;
  readonly to: string;
  /** Gone at run time: it binds rooms, but no cycle of modules. */
  readonly typeOnly: boolean;
}

function sources(room: string): string[] {
  const folder = path.join(root, room);
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(room, name));
}

function importsOf(file: string): Import[] {
  const source = ts.createSourceFile(
    file,
    fs.readFileSync(path.join(root, file), 'utf8'),
    ts.ScriptTarget.ES2022,
    true,
  );
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) found.push({ from: file, to: targetOf(file, specifier), typeOnly: isTypeOnly(node) });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function specifierOf(node: ts.Node): string | undefined {
  const named =
    ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
      ? node.moduleSpecifier
      : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
        ? node.argument.literal
        : ts.isCallExpression(node) && isLoader(node.expression)
          ? node.arguments[0]
          : undefined;
  return named !== undefined && ts.isStringLiteral(named) ? named.text : undefined;
}

function isLoader(callee: ts.Expression): boolean {
  return callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require');
}

function isTypeOnly(node: ts.Node): boolean {
  if (ts.isImportTypeNode(node)) return true;
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  if (!ts.isImportDeclaration(node)) return false;
  const { importClause: clause } = node;
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const names = clause.namedBindings;
  if (clause.name !== undefined || names === undefined || ts.isNamespaceImport(names)) return false;
  return names.elements.length > 0 && names.elements.every((name) => name.isTypeOnly);
}

/** A path inside the checkout, or the name of a package. */
function targetOf(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  const base = path.join(path.dirname(file), specifier).replace(/\.js$/, '');
  const candidates = [`${base}.ts`, path.join(base, 'index.ts'), base];
  return candidates.find((name) => fs.existsSync(path.join(root, name))) ?? `${base}.ts`;
}

function roomOf(name: string): Room | undefined {
  const [first] = name.split('/');
  return rooms.find((room) => room === first);
}

const imports = rooms.flatMap((room) => sources(room)).flatMap((file) => importsOf(file));
const isPackage = (name: string): boolean => !name.startsWith('node:') && !/\.(ts|js|json)$/.test(name);

function described(found: readonly Import[]): string[] {
  return found.map(({ from, to }) => `${from} imports ${to}`);
}

/** Modules that reach themselves, each as the way there. */
function cycles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (file: string, way: readonly string[]): void => {
    const at = way.indexOf(file);
    if (at !== -1) found.push([...way.slice(at), file].join(' -> '));
    if (at !== -1 || done.has(file)) return;
    for (const next of graph.get(file) ?? []) walk(next, [...way, file]);
    done.add(file);
  };
  for (const file of graph.keys()) walk(file, []);
  return found;
}

describe('the rooms of the project', () => {
  it('are read by this test: imports of every shape are found', () => {
    assert.ok(imports.length > 100);
    assert.ok(imports.some(({ typeOnly }) => typeOnly));
  });

  for (const room of rooms) {
    const open: readonly string[] = [room, ...mayImport[room]];
    it(`let ${room} import ${mayImport[room].join(', ') || 'nothing'} and itself only`, () => {
      const strangers = imports.filter(({ from, to }) => {
        const inside = !isPackage(to) && !to.startsWith('node:');
        return roomOf(from) === room && inside && !open.includes(to.split('/')[0] ?? '') && to !== 'package.json';
      });
      assert.deepEqual(described(strangers), []);
    });
  }

  it('keep recovery pure: zod and croner are its only packages, and nothing of Node', () => {
    const impure = imports.filter(({ from, to }) => roomOf(from) === 'recovery' && to.startsWith('node:'));
    const packages = imports.filter(
      ({ from, to }) => roomOf(from) === 'recovery' && isPackage(to) && !['zod', 'croner'].includes(to),
    );
    assert.deepEqual(described([...impure, ...packages]), []);
  });

  it('keep Pulumi out of recovery and scripts', () => {
    const found = imports.filter(({ from, to }) => /^(recovery|scripts)\//.test(from) && to.startsWith('@pulumi/'));
    assert.deepEqual(described(found), []);
  });

  it('read configuration in infra/config.ts alone', () => {
    const readers = [...sources('infra'), ...sources('components')].filter((file) =>
      /new\s+(pulumi\.)?Config\s*\(/.test(fs.readFileSync(path.join(root, file), 'utf8')),
    );
    assert.deepEqual(
      readers.filter((file) => file !== 'infra/config.ts'),
      [],
    );
  });

  it('have no cycle of modules', () => {
    const graph = new Map<string, string[]>();
    for (const { from, to, typeOnly } of imports) {
      if (!typeOnly && !isPackage(to)) graph.set(from, [...(graph.get(from) ?? []), to]);
    }
    assert.deepEqual(cycles(graph), []);
  });

  it(`hold no component above ${longestComponent} lines`, () => {
    const long = sources('components').filter(
      (file) => fs.readFileSync(path.join(root, file), 'utf8').split('\n').length - 1 > longestComponent,
    );
    assert.deepEqual(long, []);
  });

  it('say nowhere in components and infra that local regions exist', () => {
    const told = [...sources('components'), ...sources('infra')].filter((file) =>
      /local\/|localhost|127\.0\.0\.1|versitygw|toxiproxy/.test(fs.readFileSync(path.join(root, file), 'utf8')),
    );
    assert.deepEqual(told, []);
  });
});
