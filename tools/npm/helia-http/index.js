export function withHTTP() {
  throw new Error('HTTP gateways are not installed; use createHeliaLight')
}
