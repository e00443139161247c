#!/usr/bin/env bash
# The whole life of an API token, from sign-in to the audit log, with curl and a TOTP tool.
#
#   npm start                        # in one terminal
#   examples/token-lifecycle.sh      # in another
#
# Signs in as the demo's admin (demo.json). Elsewhere: CALKEEP_URL, CALKEEP_EMAIL, CALKEEP_PASSWORD, CALKEEP_TOTP_SECRET
# and CALKEEP_WORKSPACE. TOTP codes come from oathtool if it is installed, else from the otplib that CalKeep has.
set -euo pipefail
cd "$(dirname "$0")/.."

demo="${CALKEEP_DATA_DIR:-.calkeep}/demo.json"
from_demo() { node -p "const d = JSON.parse(fs.readFileSync('$demo', 'utf8')); const [w] = d.workspaces; const [u] = w.users; $1"; }
url="${CALKEEP_URL:-$(from_demo d.baseUrl)}"
email="${CALKEEP_EMAIL:-$(from_demo u.email)}"
password="${CALKEEP_PASSWORD:-$(from_demo u.password)}"
totp_secret="${CALKEEP_TOTP_SECRET:-$(from_demo u.totpSecret)}"
workspace="${CALKEEP_WORKSPACE:-$(from_demo w.id)}"

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
tokens="$url/app/workspaces/$workspace/api-tokens"

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

# The value of an expression over `data` of the answer on standard input, such as: field token.id
field() { node -p "JSON.parse(fs.readFileSync(0, 'utf8')).data.$1"; }

# A call of the app API, as a browser makes it: the session's cookie, and the header that no foreign page can send.
app() {
  local method="$1" path="$2" body="${3:-}"
  curl -sS --fail-with-body -X "$method" -b "$folder/cookies" -c "$folder/cookies" -H 'X-CalKeep-Csrf: 1' \
    ${body:+-H 'Content-Type: application/json' --data "$body"} "$path"
}

# A call of the public API with a token; shows the status and the headers that tell of the token's end.
api() {
  curl -sS -o /dev/null -D - -H "Authorization: Bearer $1" "$url/api/v1/contacts?limit=1" |
    tr -d '\r' | grep -iE '^(HTTP/|deprecation:|sunset:|x-ratelimit-remaining:)'
}

totp() {
  if command -v oathtool > /dev/null; then oathtool --totp --base32 "$totp_secret"
  else node --input-type=module -e "import { generateSync } from 'otplib'; console.log(generateSync({ secret: '$totp_secret' }))"
  fi
}

say '1. Sign in: the password, then the second factor'
app POST "$url/app/auth/sign-in" "{\"email\":\"$email\",\"password\":\"$password\"}" | field mfa
# A code works once. If it was used a moment ago, the next one comes within 30 seconds.
until app POST "$url/app/auth/mfa/totp/verify" "{\"code\":\"$(totp)\"}" > "$folder/verified"; do
  grep -q invalid_code "$folder/verified" || { cat "$folder/verified"; exit 1; }
  echo ' … this code was used already; waiting for the next'
  sleep $((30 - $(date +%s) % 30))
done
echo "proven until $(field validUntil < "$folder/verified")"

say '2. Issue a token: its secret is shown this once'
app POST "$tokens" '{"label":"Example","scopes":["contacts:read"],"expiresInDays":30}' > "$folder/issued"
id="$(field token.id < "$folder/issued")"
secret="$(field secret < "$folder/issued")"
echo "$id, $(field token.displayPrefix < "$folder/issued")…"

say '3. Use it'
api "$secret"

say '4. Rotate it, and leave the old one an hour'
app POST "$tokens/$id/rotate" '{"overlapSeconds":3600}' > "$folder/rotated"
new_id="$(field token.id < "$folder/rotated")"
new_secret="$(field secret < "$folder/rotated")"
echo 'the old one still works, and announces its end:'
api "$secret"
echo 'the new one works:'
api "$new_secret"

say '5. Revoke both: the next request is refused'
app POST "$tokens/$id/revoke" '{"reason":"example is over"}' | field token.status
app POST "$tokens/$new_id/revoke" '{"reason":"example is over"}' | field token.status
api "$secret"
api "$new_secret"

say '6. What the audit log says of it'
app GET "$url/app/workspaces/$workspace/audit-log?limit=20" |
  node -e "
    for (const { seq, action, actor, target, createdAt } of JSON.parse(fs.readFileSync(0, 'utf8')).data.auditEvents)
      if (['$id', '$new_id'].includes(target.id)) console.log(seq, createdAt, action, 'by', actor.name ?? actor.type)"

say '7. Export it, and check its chain and its signature without the server'
app GET "$url/app/workspaces/$workspace/audit-log/export?format=ndjson" > "$folder/audit.ndjson"
curl -sS "$url/.well-known/audit-checkpoint-keys.json" > "$folder/keys.json"
node apps/cli/dist/main.js audit verify "$folder/audit.ndjson" --keys "$folder/keys.json"
