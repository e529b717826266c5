import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { run } from '../lib/children.ts';
import { Mistake } from '../lib/main.ts';
import { layers, user, workingDir } from './root.ts';

interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
}

const oci = 'application/vnd.oci.image';
const epoch = '1970-01-01T00:00:00Z';

/**
 * Write the image as an OCI image layout in a tar archive (OCI Image Format 1.1), without a
 * container engine. The same files give the same bytes: names are sorted, and times, owners and
 * modes are fixed.
 * @returns digest of the image manifest, as `sha256:` and 64 hexadecimal digits
 */
export async function writeImage(archive: string, reference: string): Promise<string> {
  const draft = await mkdtemp(join(tmpdir(), 'mcp-image-'));
  const layout = join(draft, 'layout');
  await mkdir(join(layout, 'blobs/sha256'), { recursive: true });
  try {
    const diffs: string[] = [];
    const descriptors: Descriptor[] = [];
    for (const { name, fill } of layers()) {
      const folder = join(draft, name);
      await mkdir(folder);
      await fill(folder);
      const tar = await pack(folder);
      diffs.push(sha256(tar));
      descriptors.push(await blob(layout, `${oci}.layer.v1.tar+gzip`, gzipSync(tar)));
    }
    const config = await json(layout, `${oci}.config.v1+json`, {
      created: epoch,
      architecture: 'amd64',
      os: 'linux',
      config: {
        User: `${user}:${user}`,
        Env: ['PATH=/usr/local/bin', 'NODE_ENV=production'],
        Cmd: ['node', 'patterns/reference-server/main.ts'],
        WorkingDir: workingDir,
      },
      rootfs: { type: 'layers', diff_ids: diffs },
    });
    const manifest = await json(layout, `${oci}.manifest.v1+json`, {
      schemaVersion: 2,
      mediaType: `${oci}.manifest.v1+json`,
      config,
      layers: descriptors,
    });
    const annotations = { 'org.opencontainers.image.ref.name': reference };
    const index = { schemaVersion: 2, manifests: [{ ...manifest, annotations }] };
    await writeFile(join(layout, 'index.json'), JSON.stringify(index));
    await writeFile(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
    await mkdir(dirname(archive), { recursive: true });
    await writeFile(`${archive}.draft`, await pack(layout));
    await rename(`${archive}.draft`, archive);
    return manifest.digest;
  } finally {
    await rm(draft, { recursive: true, force: true });
    await rm(`${archive}.draft`, { force: true });
  }
}

/** Make a tar of a folder that depends on nothing but names, contents and executable bits. */
async function pack(folder: string): Promise<Buffer> {
  const file = `${folder}.tar`;
  const fixed = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
  const modes = '--mode=u=rwX,go=rX';
  // pax headers would hold the time of access and the number of this process
  const args = ['--format=gnu', ...fixed, modes, '-C', folder, '-cf', file, '.'];
  await chmod(folder, 0o755);
  const { code, stderr } = await run('tar', args);
  if (code !== 0) throw new Mistake(`tar ${folder}: ${stderr.trim().split('\n')[0]}`);
  const bytes = await readFile(file);
  await rm(file);
  return bytes;
}

const sha256 = (bytes: Buffer | string): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

async function blob(layout: string, mediaType: string, bytes: Buffer): Promise<Descriptor> {
  const digest = sha256(bytes);
  const path = join(layout, 'blobs', digest.replace(':', '/'));
  await writeFile(path, bytes);
  return { mediaType, digest, size: (await stat(path)).size };
}

const json = (layout: string, mediaType: string, value: unknown): Promise<Descriptor> =>
  blob(layout, mediaType, Buffer.from(JSON.stringify(value)));
