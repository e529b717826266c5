import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeImage } from './image/archive.ts';
import { main, Mistake } from './lib/main.ts';
import { relative, root } from './lib/paths.ts';

const help = `npm run image [-- --out FILE] [--record]   write the image of reference server and gate as an OCI archive

--out      where to write it, dist-image/mcp-security-framework.tar otherwise
--record   write its digest into manifests/settings/settings.yaml
example: npm run image -- --out /tmp/mcp.tar`;

const name = 'registry.example.com/mcp-security-framework';
const settings = join(root, 'manifests/settings/settings.yaml');
const pinned = new RegExp(`${name.replaceAll('.', '\\.')}[@:][\\w.:]+`, 'g');

if (import.meta.main) {
  await main(async () => {
    const { values } = parseArgs({
      options: {
        out: { type: 'string', default: join(root, 'dist-image', 'mcp-security-framework.tar') },
        record: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) return console.log(help);
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      version: string;
    };
    const digest = await writeImage(values.out, `${name}:${version}`);
    const file = relative(values.out);
    console.log(`${file}
${digest}

kind        kind load image-archive ${file}
containerd  ctr --namespace k8s.io images import --digests ${file}
a registry  mkdir layout && tar -xf ${file} -C layout && crane push layout <registry>/mcp-security-framework:${version}`);
    if (values.record) return record(digest);
    if (!readFileSync(settings, 'utf8').includes(digest)) {
      throw new Mistake(
        `${relative(settings)} names another image: npm run image -- --record writes this one's digest there`,
      );
    }
  });
}

function record(digest: string): void {
  const text = readFileSync(settings, 'utf8');
  const images = text.match(pinned) ?? [];
  if (images.length === 0) throw new Mistake(`${relative(settings)} names no image of ${name}`);
  writeFileSync(settings, text.replace(pinned, `${name}@${digest}`));
}
