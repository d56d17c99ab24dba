export function withLibp2p() {
  throw new Error("Helia's own libp2p node is not installed; use createHeliaLight on a node that exists")
}
