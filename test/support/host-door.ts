/** Lets the Pods of a node on this machine reach one port of its loopback, at the address that is their gateway. */
import { once } from 'node:events';
import { BlockList, connect, createServer, type AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';

export interface HostDoor extends AsyncDisposable {
  /** `host:port`, as Pods reach it. */
  readonly address: string;
}

/** @throws Error where no interface of this machine is in the network of the Pod: its node is elsewhere */
export async function openHostDoor(podIP: string, loopbackPort: number): Promise<HostDoor> {
  const gateway = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, address, cidr, internal }) => {
      if (family !== 'IPv4' || internal || cidr === null) return false;
      const network = new BlockList();
      network.addSubnet(address, Number(cidr.split('/')[1]));
      return network.check(podIP);
    });
  if (!gateway) throw new Error(`no interface of this machine is in the network of the Pod at ${podIP}`);
  const server = createServer((inside) => {
    const outside = connect(loopbackPort, '127.0.0.1');
    for (const [from, to] of [
      [inside, outside],
      [outside, inside],
    ] as const) {
      from.pipe(to);
      from.once('close', () => to.destroy());
      from.on('error', () => to.destroy());
    }
  });
  server.listen(0, gateway.address);
  await once(server, 'listening');
  return {
    address: `${gateway.address}:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}
