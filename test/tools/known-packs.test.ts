import assert from 'node:assert/strict';
import { compared } from '../../tools/known-packs/compared';
import { terraformOf } from '../../tools/known-packs/terraform';
import { recordProgram, type Folder } from '../policy/programs';

const written = async (folder: Folder, name: string): Promise<string> =>
  terraformOf(await recordProgram(folder, name, false));

describe('a recorded program, as other packs get to see it', () => {
  it('has the types, properties and regions that Terraform has', async () => {
    assert.ok(
      (await written('sound', 'kms-key')).startsWith(`provider "aws" {
  alias  = "us_east_1"
  region = "us-east-1"
}

resource "aws_kms_key" "key_key" {
  provider = aws.us_east_1
  bypass_policy_lockout_safety_check = false
  deletion_window_in_days = 30
  enable_key_rotation = true
  is_enabled = true
  multi_region = false
  policy = jsonencode({ "Version" = "2012-10-17", "Statement" = [{ "Effect" = "Allow", `),
    );
    assert.match(await written('sound', 'rds-instance'), /^resource "aws_db_instance" "postgres_g1" {$/m);
    assert.match(await written('sound', 'watch'), / {2}alarm_name = "agente-dr-postgres-backup-age"/);
  });

  it('has a block for every object of a list, by its name in the singular', async () => {
    const text = await written('sound', 'backup-vault');
    assert.match(text, / {2}rule {\n {4}completion_window = 240\n {4}copy_action {\n {6}destination_vault_arn = "arn:/);
    assert.match(await written('sound', 'dns-pair'), / {2}failover_routing_policy {\n {4}type = "PRIMARY"\n {2}}/);
  });

  it('keeps maps, and what keeps a resource from its deletion', async () => {
    assert.match(await written('sound', 'schedule'), / {2}dimensions = { "Dataset" = "pms" }/);
    const lifecycle = '  lifecycle {\n    prevent_destroy = true\n  }\n';
    const protectedOne = await written('sound', 'table');
    assert.ok(protectedOne.includes(lifecycle));
    assert.equal(protectedOne.replace(lifecycle, ''), await written('hollow', 'store-unprotected'));
  });

  it('joins by references what flows from one resource into another, and nothing by equal texts', async () => {
    const joined = /resource "aws_s3_bucket_versioning" "vault_versioning" {\n.*\n {2}bucket = (.+)\n/;
    assert.equal(joined.exec(await written('sound', 's3-vault'))?.[1], 'aws_s3_bucket.vault_bucket.id');
    assert.equal(joined.exec(await written('hollow', 's3-versioning-by-name'))?.[1], '"vault-bucket"');
    assert.match(await written('sound', 'rds-instance'), / {2}resources = \[aws_db_instance\.postgres_g1\.arn\]/);
  });

  it('has names of its own among others', async () => {
    const text = terraformOf(await recordProgram('sound', 's3-logs', false), 'program7_');
    assert.match(text, /^resource "aws_s3_bucket" "program7_logs_bucket" {$/m);
    assert.match(text, /bucket = aws_s3_bucket\.program7_logs_bucket\.id/);
  });

  it('rejects a type without a name in Terraform: a pack would be silent about it', () => {
    const made = { urn: '', name: 'x', inputs: {}, parent: '', protect: false, ignoreChanges: [], provider: '' };
    assert.throws(() => terraformOf([{ ...made, type: 'aws:sqs/queue:Queue', sources: {} }]), /aws:sqs\/queue:Queue/);
  });
});

describe('what another pack says', () => {
  const pack = { name: 'a pack', version: '1', controls: { 'rds-plain': 'plain' }, scan: () => Promise.resolve([]) };
  const on = (program: string, rule: string) => ({ program, rule, resource: 'aws_db_instance.postgres_g1' });

  it('counts where it says it of the mistake and not of the sound program', () => {
    const said = [
      on('sound/rds-instance', 'zones'),
      on('hollow/rds-one-zone', 'zones'),
      on('hollow/rds-plain', 'plain'),
    ];
    const { caught, onSound } = compared(pack, said);
    assert.deepEqual({ caught, onSound }, { caught: { 'rds-plain': ['plain'] }, onSound: 1 });
  });

  it('rejects a pack that is silent about what its own rule is for', () => {
    assert.throws(() => compared(pack, [on('hollow/rds-plain', 'zones')]), /a pack: plain does not see rds-plain/);
  });
});
