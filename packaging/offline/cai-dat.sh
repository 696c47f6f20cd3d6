#!/bin/sh
# Cài Gateplayer (hoặc nâng cấp) từ thư mục này, không cần mạng. / Installs or upgrades Gateplayer from this folder,
# without a network:   sudo sh cai-dat.sh
set -eu

here=$(dirname "$(readlink -f "$0")")
say() { printf '%s\n' "$*"; }

if [ "$(id -u)" != 0 ]; then
    say 'Hãy gõ / please type:  sudo sh cai-dat.sh' >&2
    exit 2
fi
say 'Kiểm tra các tệp… / Checking the files…'
if ! (cd "$here" && sha256sum --quiet --check SHA256SUMS); then
    say 'Có tệp bị hỏng hoặc bị sửa: hãy chép lại USB. / Damaged or changed files: copy the stick again.' >&2
    exit 4
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/archives/partial"
# apt splits its lines at spaces, and the name of a stick may have some.
ln -s "$here" "$work/repository"
printf 'deb [trusted=yes] file:%s/repository ./\n' "$work" >"$work/sources.list"
# Lists and sources of its own: those of this machine stay as they are.
apt() {
    DEBIAN_FRONTEND=noninteractive apt-get -q -y -o "Dir::Etc::sourcelist=$work/sources.list" \
        -o Dir::Etc::sourceparts=/dev/null -o "Dir::State::lists=$work/lists" -o "Dir::Cache::archives=$work/archives" \
        -o APT::Sandbox::User=root -o APT::Install-Recommends=false -o DPkg::Lock::Timeout=120 \
        -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"
}
apt update
recommended=''
dpkg-query -W -f '${Status}' chrony ntpsec systemd-timesyncd 2>/dev/null | grep -q 'ok installed' ||
    recommended=systemd-timesyncd
# shellcheck disable=SC2086 # none or one
apt install gateplayer $recommended
say
say 'Xong. Việc tiếp theo: xem technicians.vi.md. / Done. What comes next: technicians.en.md.'
