import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { writeImage } from '../../scripts/image/archive.ts';
import { run, start } from '../../scripts/lib/children.ts';
import { onPath } from '../../scripts/tools/on-path.ts';

interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
}

/** The image as it lies in its archive, unpacked. */
export interface Unpacked {
  digest: string;
  /** The archive with the image layout, and its root file system with all layers applied. */
  archive: string;
  rootfs: string;
  manifest: { config: Descriptor; layers: Descriptor[] };
  config: { config: Record<string, unknown>; rootfs: { diff_ids: string[] } };
  /** Every entry of every layer, as `tar` lists it. */
  entries: string[];
}

const made = mkdtempSync(join(tmpdir(), 'image-'));
process.once('exit', () => rmSync(made, { recursive: true, force: true }));

export const sha256 = (bytes: Buffer): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

let unpacked: Promise<Unpacked> | undefined;

/** Build the image once for all tests and unpack it. */
export const image = (): Promise<Unpacked> => (unpacked ??= unpack());

async function unpack(): Promise<Unpacked> {
  const archive = join(made, 'image.tar');
  const digest = await writeImage(archive, 'registry.example.com/test:1');
  const layout = join(made, 'layout');
  const rootfs = join(made, 'rootfs');
  mkdirSync(layout);
  mkdirSync(rootfs);
  await tar('-xf', archive, '-C', layout);
  const read = (descriptor: Descriptor): Buffer => {
    const bytes = readFileSync(join(layout, 'blobs', descriptor.digest.replace(':', '/')));
    if (sha256(bytes) !== descriptor.digest || bytes.length !== descriptor.size) {
      throw new Error(`${descriptor.digest} is not what its descriptor says`);
    }
    return bytes;
  };
  const parse = (bytes: Buffer): unknown => JSON.parse(bytes.toString());
  const index = parse(readFileSync(join(layout, 'index.json'))) as { manifests: Descriptor[] };
  const manifest = parse(read(index.manifests[0] as Descriptor)) as Unpacked['manifest'];
  const config = parse(read(manifest.config)) as Unpacked['config'];
  const entries: string[] = [];
  for (const [place, layer] of manifest.layers.entries()) {
    if (sha256(gunzipSync(read(layer))) !== config.rootfs.diff_ids[place]) {
      throw new Error(`layer ${place} is not what the configuration says`);
    }
    const file = join(layout, 'blobs', layer.digest.replace(':', '/'));
    await tar('-xzf', file, '-C', rootfs);
    entries.push(...(await tar('-tvzf', file, '--full-time', '--numeric-owner')).split('\n'));
  }
  return { digest, archive, rootfs, manifest, config, entries: entries.filter(Boolean) };
}

async function tar(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run('tar', args);
  if (code !== 0) throw new Error(`tar ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** Start a program of the image as its container would run it: its root, user and variables. */
export async function startInImage(
  { rootfs, config }: Unpacked,
  args: string[],
  env: Record<string, string>,
) {
  const own = (config.config['Env'] as string[]).map((one) => one.split('=') as [string, string]);
  const [uid, gid] = String(config.config['User']).split(':');
  const place = [`--root=${rootfs}`, `--wd=${String(config.config['WorkingDir'])}`];
  const whole = [...place, `--setgid=${gid}`, `--setuid=${uid}`, '/usr/local/bin/node', ...args];
  const child = start(onPath('unshare') ?? 'unshare', whole, {
    env: { ...Object.fromEntries(own), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (chunk: Buffer) => resolve(String(chunk)));
    child.stderr?.once('data', (chunk: Buffer) => reject(new Error(String(chunk))));
    child.once('error', reject);
  });
  const end = () =>
    new Promise<number | null>((resolve) => {
      child.once('exit', resolve);
      child.kill('SIGTERM');
    });
  return { line, end };
}
