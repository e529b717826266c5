import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { run } from '../../scripts/lib/children.ts';

const suite = '@modelcontextprotocol/conformance';
const folder = dirname(dirname(createRequire(import.meta.url).resolve(`${suite}/dist/index.js`)));
export const revision = '2026-07-28';

const checks = z.array(
  z.looseObject({ id: z.string(), status: z.string(), errorMessage: z.string().optional() }),
);
const requirements = z.looseObject({
  server: z.array(z.string()).min(1),
  not_scored: z.array(z.looseObject({ scenario: z.string(), leg: z.string() })),
});

/** What became of one scenario. */
export interface Scenario {
  passed: number;
  /** The checks that did not pass, with the words of the suite. */
  failed: { check: string; why: string }[];
}

/** The scenarios that the revision requires of a server, and those that run beside them. */
export function listScenarios(): { required: string[]; beside: string[] } {
  const file = join(folder, 'requirements', `${revision}.yaml`);
  const { server, not_scored } = requirements.parse(parse(readFileSync(file, 'utf8')));
  return {
    required: server,
    beside: not_scored.filter(({ leg }) => leg === 'server').map(({ scenario }) => scenario),
  };
}

/** Run the suite's server scenarios against an address. */
export async function runSuite(url: URL): Promise<Map<string, Scenario>> {
  const out = mkdtempSync(join(tmpdir(), 'conformance-'));
  try {
    const program = join(folder, 'dist', 'index.js');
    const args = ['server', '--url', url.href, '--requirements', revision, '-o', out];
    const { stderr } = await run(process.execPath, [program, ...args], { timeoutMs: 300_000 });
    const results = new Map<string, Scenario>();
    for (const file of globSync('*/checks.json', { cwd: out })) {
      const name = nameOf(basename(dirname(file)));
      const all = checks.parse(JSON.parse(readFileSync(join(out, file), 'utf8')));
      const failed = all.filter(({ status }) => status === 'FAILURE' || status === 'WARNING');
      results.set(name, {
        passed: all.filter(({ status }) => status === 'SUCCESS').length,
        failed: failed.map(({ id, errorMessage = '' }) => ({ check: id, why: errorMessage })),
      });
    }
    if (results.size === 0) throw new Error(`the suite gave no result: ${stderr.slice(-300)}`);
    return results;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** A folder is called server-<scenario>-<time>. */
function nameOf(name: string): string {
  const [, scenario] = /^server-(.+)-\d{4}-\d\d-\d\dT[\d-]+Z$/.exec(name) ?? [];
  if (scenario === undefined) throw new Error(`${name} names no scenario`);
  return scenario;
}
