import * as assert from 'node:assert/strict';
import { holdingOf } from '../../policy/inventory';
import { judge } from '../../policy/judge';
import { Stack, type Resource } from '../../policy/resource';
import type { Rule } from '../../policy/rule';
import { rules } from '../../policy/rules';
import { unknown } from '../../policy/unknown';
import { Values } from '../../policy/values';
import { namesIn, recordProgram, stackOfRecorded } from './programs';

/** The stack with one input of one resource not known yet. */
function withUnknown({ resources }: Stack, urn: string, property: string): Stack {
  return new Stack(
    resources.map((one) =>
      one.urn === urn ? { ...one, inputs: new Values({ ...one.inputs.fields, [property]: unknown }) } : one,
    ),
  );
}

const judged = (rule: Rule, stack: Stack) => stack.resources.map((one) => judge(rule, one, stack));

describe('a value that is known only after the update', function () {
  this.timeout(120_000);
  const stacks: Stack[] = [];
  before(async () => {
    for (const name of namesIn('sound')) stacks.push(stackOfRecorded(await recordProgram('sound', name, false)));
  });

  const speaks = (one: Resource): boolean => holdingOf(one).kind !== 'nothing';

  for (const rule of rules) {
    it(`never makes a rule silent: ${rule.id}`, () => {
      const met = new Set<string>();
      for (const stack of stacks) {
        for (const one of stack.resources.filter(speaks)) {
          for (const [property, meaning] of Object.entries(rule.unknown)) {
            if (!(property in one.inputs.fields)) continue;
            const seen = judged(rule, withUnknown(stack, one.urn, property));
            const violated = seen.some(({ findings }) => findings.length > 0);
            const waits = seen.some(({ waitsFor }) => waitsFor !== null);
            // A resource that the rule does not look at changes nothing about its judgement.
            if (!violated && !waits) continue;
            assert.equal(violated ? 'violation' : 'not-applicable', meaning, `${property} of ${one.urn}`);
            met.add(property);
          }
        }
      }
      const needed = Object.keys(rule.unknown).filter((property) =>
        stacks.some(({ resources }) =>
          resources.some((one) => rule.types.includes(one.type) && speaks(one) && property in one.inputs.fields),
        ),
      );
      assert.deepEqual(
        needed.filter((property) => !met.has(property)),
        [],
        'an unknown there is seen by nobody',
      );
    });
  }

  it('is declared by every rule for every input that it reads', () => {
    const undeclared: string[] = [];
    for (const stack of stacks) {
      for (const one of stack.resources.filter(speaks)) {
        for (const property of Object.keys(one.inputs.fields)) {
          const changed = withUnknown(stack, one.urn, property);
          for (const rule of rules) {
            if (property in rule.unknown || rule.id === 'dr-promise') continue;
            const told = judged(rule, changed).some(
              ({ findings, waitsFor }) => findings.length > 0 || waitsFor !== null,
            );
            if (told) undeclared.push(`${rule.id} reads ${property} of ${one.type}`);
          }
        }
      }
    }
    assert.deepEqual([...new Set(undeclared)], []);
  });
});
