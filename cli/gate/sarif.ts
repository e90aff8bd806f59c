import type { GateFinding } from './finding';
import type { GateReport } from './report';

const page = 'docs/policy.md';

/** SARIF 2.1.0, as code scanning takes it: a resource has no line, so it is shown where the program begins. */
export function gateSarif({ findings }: GateReport): object {
  const byRule = new Map(findings.map((finding) => [finding.rule, finding]));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'agente-dr', rules: [...byRule.values()].map(ruleOf) },
        },
        results: findings.map(resultOf),
      },
    ],
  };
}

const ruleOf = ({ rule, title, references }: GateFinding): object => ({
  id: rule,
  shortDescription: { text: title },
  helpUri: `${page}#${rule}`,
  properties: { tags: ['disaster-recovery', ...references] },
});

const resultOf = ({ rule, level, urn, fact, fix }: GateFinding): object => ({
  ruleId: rule,
  level: level === 'mandatory' ? 'error' : 'warning',
  message: { text: `${fact}. Fix: ${fix}` },
  locations: [
    {
      physicalLocation: { artifactLocation: { uri: 'infra/index.ts' }, region: { startLine: 1 } },
      logicalLocations: [{ fullyQualifiedName: urn, kind: 'resource' }],
    },
  ],
  // The same breach of the same resource is the same alert from one run to the next.
  partialFingerprints: { 'agente-dr/v1': `${rule} ${urn}` },
});
