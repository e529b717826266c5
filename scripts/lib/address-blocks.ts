import { BlockList, isIPv6 } from 'node:net';

/** An ipBlock of a NetworkPolicy. */
export interface Block {
  cidr: string;
  except?: string[];
}

/** Where clouds hand out the credentials of a node. */
const metadataAddresses = ['169.254.169.254', 'fd00:ec2::254'];

/** Say what a block of addresses opens that it must not, or that it is none. */
export function findMetadata({ cidr, except = [] }: Block): string | undefined {
  const wrong = [cidr, ...except].find((block) => !blockList([block]));
  if (wrong !== undefined) return `, and ${wrong} is no block of addresses: mend it`;
  const opened = metadataAddresses.find((address) => {
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    // a block of IPv6 would also hold addresses of IPv4 in their mapped form
    if (familyOf(cidr) !== family) return false;
    return blockList([cidr])?.check(address, family) && !blockList(except)?.check(address, family);
  });
  return opened && `, which holds the metadata address ${opened}: name it in except`;
}

function familyOf(block: string): 'ipv4' | 'ipv6' {
  return block.includes(':') ? 'ipv6' : 'ipv4';
}

/** Collect blocks of addresses; undefined when one of them is none. */
function blockList(blocks: string[]): BlockList | undefined {
  const list = new BlockList();
  try {
    for (const block of blocks) {
      const [address = '', prefix] = block.split('/');
      list.addSubnet(address, Number(prefix), familyOf(block));
    }
    return list;
  } catch {
    return undefined;
  }
}
