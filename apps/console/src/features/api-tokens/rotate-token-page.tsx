export function RotateTokenPage() {
  return null;
}
