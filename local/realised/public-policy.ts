import { z } from 'zod';

const oneOrMany = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const statementSchema = z.looseObject({
  Effect: z.string(),
  Principal: z.unknown(),
  Action: oneOrMany.optional(),
  Resource: oneOrMany.optional(),
  Condition: z.unknown().optional(),
});
const policySchema = z.looseObject({ Statement: z.union([statementSchema, z.array(statementSchema)]) });

type Statement = z.infer<typeof statementSchema>;

function isPublicRead(statement: Statement): boolean {
  const principal = JSON.stringify(statement.Principal);
  return (
    statement.Effect === 'Allow' &&
    (principal === '"*"' || principal === '{"AWS":"*"}') &&
    statement.Condition === undefined &&
    (statement.Action ?? []).includes('s3:GetObject')
  );
}

/**
 * The part of a bucket policy that has an effect here: anonymous reading. versitygw knows neither
 * conditions nor the account's roles; with a statement about those it would refuse everybody.
 * @returns the policy to set, or null when nothing of it applies.
 */
export function publicPart(policy: string): string | null {
  const statements = [policySchema.parse(JSON.parse(policy)).Statement].flat().filter(isPublicRead);
  if (statements.length === 0) return null;
  const resources = statements.flatMap((statement) => statement.Resource ?? []).filter((arn) => arn.includes('/'));
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action: ['s3:GetObject'], Resource: resources }],
  });
}
