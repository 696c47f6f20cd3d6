# shellcheck shell=bash
# What ./run and ./test need before they can start: Debian packages, a Python, and .venv. Sourced, not run.
#
# A start that finds everything in place costs a few milliseconds and says nothing. Otherwise each step says a line.
# Exit codes as everywhere here: 2 something for you to do, 4 something that cannot be reached.

set -euo pipefail

PYTHONS=(python3 python3.13 python3.12 python3.11 python3.14)
FONTS=/usr/share/fonts

say() { printf '%s\n' "$*" >&2; }

stop() { # stop CODE LINE...
    local code=$1
    shift
    printf '%s\n' "$@" >&2
    exit "$code"
}

# --- Debian packages -------------------------------------------------------------------------------------------------

# Each line: package (or packages of which the first that exists is taken), then the file or library that it is for.
# Libraries are those that SDL opens by name when it starts; the Python wheels carry all the others.
wanted() { # wanted run|test
    cat <<'END'
fonts-noto-core          truetype/noto/NotoSansKhmer-Regular.ttf
fonts-noto-cjk           opentype/noto/NotoSansCJK-Regular.ttc
fonts-noto-color-emoji   truetype/noto/NotoColorEmoji.ttf
tzdata                   /usr/share/zoneinfo/Asia/Ho_Chi_Minh
END
    if [[ -n ${DISPLAY-} || $1 == test ]]; then
        cat <<'END'
libx11-6                 libX11.so.6
libxext6                 libXext.so.6
libxcursor1              libXcursor.so.1
libxfixes3               libXfixes.so.3
libxi6                   libXi.so.6
libxrandr2               libXrandr.so.2
END
    fi
    if [[ -n ${WAYLAND_DISPLAY-} ]]; then
        cat <<'END'
libwayland-client0       libwayland-client.so.0
libwayland-cursor0       libwayland-cursor.so.0
libwayland-egl1          libwayland-egl.so.1
libxkbcommon0            libxkbcommon.so.0
libegl1                  libEGL.so.1
END
    fi
    if compgen -G '/dev/dri/card*' >/dev/null; then
        cat <<'END'
libdrm2                  libdrm.so.2
libgbm1                  libgbm.so.1
libegl1                  libEGL.so.1
libgles2                 libGLESv2.so.2
libgl1-mesa-dri          /usr/lib/*/dri/*_dri.so
END
    fi
    if compgen -G '/dev/snd/pcm*p' >/dev/null; then
        echo 'libasound2t64|libasound2 libasound.so.2'
    fi
    if [[ $1 == test ]]; then
        cat <<'END'
xvfb                     /usr/bin/Xvfb
ffmpeg                   /usr/bin/ffmpeg
nginx-light              /usr/sbin/nginx
pango1.0-tools           /usr/bin/pango-view
chromium|chromium-browser /usr/bin/chromium
xserver-xorg-core        /usr/lib/xorg/Xorg
xserver-xorg-video-dummy /usr/lib/xorg/modules/drivers/dummy_drv.so
x11-xserver-utils        /usr/bin/xrandr
END
    fi
}

LIBRARIES=
has() { # has FILE|LIBRARY
    case $1 in
        /*) compgen -G "$1" >/dev/null ;;
        lib*)
            [[ -n $LIBRARIES ]] || LIBRARIES=$(/sbin/ldconfig -p)
            [[ $LIBRARIES == *[[:space:]]"$1 "* ]]
            ;;
        *) [[ -e $FONTS/$1 ]] ;;
    esac
}

is_installed() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q '^install ok installed$'; }

missing_packages() { # missing_packages run|test: names on standard output, alternatives as a|b
    local package file one
    while read -r package file; do
        has "$file" && continue
        # Another release may put the file elsewhere; what dpkg has, is there.
        for one in ${package//|/ }; do is_installed "$one" && continue 2; done
        echo "$package"
    done < <(wanted "$1") | sort -u
}

apt_knows() { apt-cache show "$1" >/dev/null 2>&1; }

UPDATED=
update_lists() {
    [[ -z $UPDATED ]] || return 0
    UPDATED=yes
    say 'Fetching the lists of Debian packages.'
    as_root apt-get -q update >>"$LOG" 2>&1 || failed 'the lists of Debian packages could not be fetched'
}

as_root() {
    if ((EUID == 0)); then
        env DEBIAN_FRONTEND=noninteractive "$@"
    else
        "${SUDO[@]}" env DEBIAN_FRONTEND=noninteractive "$@"
    fi
}

SUDO=(sudo --non-interactive)
may_install() { # Is there a way to become root? Asks for a password only at a terminal.
    command -v apt-get >/dev/null || return 1
    ((EUID == 0)) && return 0
    command -v sudo >/dev/null || return 1
    sudo --non-interactive true 2>/dev/null && return 0
    [[ -t 0 && -t 2 ]] || return 1
    say 'Debian packages are missing, and sudo may ask for your password to install them.'
    SUDO=(sudo)
    sudo true
}

tell_to_install() { # tell_to_install PACKAGE...
    local line="apt-get update && apt-get install -y --no-install-recommends $*"
    if ! command -v apt-get >/dev/null; then
        stop 2 'This is not a Debian or Ubuntu machine. Install what these Debian packages hold, then start again:' "    $*"
    elif command -v sudo >/dev/null; then
        stop 2 'Debian packages are missing. Type this line, then start again:' "    sudo sh -c '$line'"
    else
        stop 2 'Debian packages are missing. Type this line (it asks for the password of root), then start again:' \
            "    su -c '$line'"
    fi
}

first_known() { # first_known a|b: the first that apt can install, else the last
    local one
    for one in ${1//|/ }; do apt_knows "$one" && break; done
    echo "$one"
}

install_packages() { # install_packages PACKAGE...
    local package names=()
    if ! may_install; then
        for package; do names+=("$(first_known "$package")"); done
        tell_to_install "${names[@]}"
    fi
    for package; do apt_knows "$(first_known "$package")" || update_lists; done
    for package; do names+=("$(first_known "$package")"); done
    say "Installing Debian packages: ${names[*]}"
    if ! apt_install "${names[@]}"; then
        # The lists on this machine may be older than what the servers still hold.
        [[ -z $UPDATED ]] || failed 'Debian packages could not be installed'
        update_lists
        apt_install "${names[@]}" || failed 'Debian packages could not be installed'
    fi
    keep_asleep "${names[@]}"
}

keep_asleep() { # keep_asleep PACKAGE...: the tests start their own nginx; the system's is not to serve anybody
    [[ " $* " == *' nginx'* && -d /run/systemd/system ]] || return 0
    as_root systemctl --quiet disable --now nginx.service >>"$LOG" 2>&1 || true
}

apt_install() {
    # Where the power failed while packages were being unpacked, that is to be finished first.
    as_root dpkg --configure --pending </dev/null >>"$LOG" 2>&1 || return
    as_root apt-get -q -y -o DPkg::Lock::Timeout=600 install --no-install-recommends "$@" \
        </dev/null >>"$LOG" 2>&1
}

require_tools() { # require_tools PROGRAM PACKAGE...: for a test that needs more than the others
    local packages=()
    while (($#)); do
        command -v "$1" >/dev/null || packages+=("$2")
        shift 2
    done
    ((${#packages[@]} == 0)) || install_packages "${packages[@]}"
}

# --- Python ----------------------------------------------------------------------------------------------------------

fits() { # fits PYTHON: one that the packages in constraints.txt have wheels for
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null
}

find_python() { # the path of the first that fits
    local name
    for name in "${PYTHONS[@]}"; do
        if fits "$name"; then
            command -v "$name"
            return
        fi
    done
    return 1
}

# Debian leaves pip out of its Python, and without it no environment can be made.
makes_environments() { "$1" -m ensurepip --version >/dev/null 2>&1 && "$1" -c 'import venv' 2>/dev/null; }

python_package() { # the package that is missing, or nothing
    local python version
    if python=$(find_python); then
        makes_environments "$python" && return
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        echo "python$version-venv"
    else
        echo 'python3.14-venv|python3.13-venv|python3.12-venv|python3.11-venv|python3-venv'
    fi
}

require_python() {
    local python
    python=$(find_python) || stop 2 \
        'Gateplayer needs Python 3.11 to 3.14, and this system has none to install.' \
        'Debian 12 or later and Ubuntu 24.04 or later have one. On an older system, put a python3.11 or later on the PATH.'
    makes_environments "$python" || stop 2 \
        "$python cannot make virtual environments: its modules venv and ensurepip are missing. Install them."
    echo "$python"
}

# --- .venv -----------------------------------------------------------------------------------------------------------

# What .venv was made from. The folder is in it, because an editable install holds the path.
fingerprint() {
    local python
    python=$(readlink -e "$ROOT/.venv/bin/python") || return 0
    { printf '%s\n' "$ROOT" "$python" && cat "$ROOT"/{setup.cfg,pyproject.toml,constraints.txt,.ci/setup.sh}; } | sha256sum
}

is_ready() { # is_ready run|test
    [[ -r $ROOT/.venv/ready-$1 ]] && [[ $(<"$ROOT/.venv/ready-$1") == "$(fingerprint)" ]]
}

# One that was being changed when the power failed, or whose Python has gone, is not mended but made anew.
is_sound() {
    [[ -e $ROOT/.venv/ready-run && ! -e $ROOT/.venv/changing ]] &&
        "$ROOT/.venv/bin/python" -c 'import pip' 2>/dev/null && fits "$ROOT/.venv/bin/python"
}

make_environment() { # make_environment run|test
    local extra='' python
    if ! is_sound; then
        python=$(require_python)
        say "Making .venv with $("$python" --version) ($python)."
        rm -rf "$ROOT/.venv"
        "$python" -m venv "$ROOT/.venv" >>"$LOG" 2>&1 || failed '.venv could not be made'
    fi
    [[ $1 == test ]] && extra='[test]'
    say 'Installing Python packages as pinned in constraints.txt (some 100 MB, where none are there yet).'
    touch "$ROOT/.venv/changing"
    pip_install setuptools && pip_install --no-build-isolation --editable "$ROOT$extra" || {
        rm -f "$ROOT/.venv/changing" # pip has put back what it took out
        failed 'Python packages could not be installed'
    }
    fingerprint >"$ROOT/.venv/ready-run"
    [[ $1 == run ]] || cp "$ROOT/.venv/ready-run" "$ROOT/.venv/ready-$1"
    rm -f "$ROOT/.venv/changing"
    say 'Ready.'
}

pip_install() { # a line for each package fetched, so that a slow link is seen to move
    "$ROOT/.venv/bin/python" -m pip install --no-input --disable-pip-version-check --progress-bar off \
        --constraint "$ROOT/constraints.txt" "$@" 2>&1 | tee -a "$LOG" | sed -un 's/^ *Downloading \([^-]*-[^-]*\).* (/    \1 (/p' >&2
}

# --- all of it -------------------------------------------------------------------------------------------------------

LOG=/dev/null
failed() { # failed MESSAGE
    [[ $LOG == /dev/null ]] || tail -n 15 "$LOG" >&2
    stop 4 "Set-up stopped: $1 (above are the last lines of what was tried)." \
        'Is the network up? Start again when it is; what was fetched is kept.'
}

set_up() { # set_up run|test: everything in place afterwards, or the reason on standard error
    ROOT=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
    local packages
    packages=$(missing_packages "$1")
    if [[ -z $packages ]] && is_ready "$1"; then return; fi
    # Two starts at once: the second waits for the first, then finds all done.
    exec 9<"$ROOT"
    flock --nonblock 9 || {
        say 'Another start is setting things up; waiting for it.'
        flock 9
    }
    (complete "$1") 9<&- # what apt starts must not hold the lock
    exec 9<&-
}

complete() { # complete run|test
    local packages
    LOG=$(mktemp "${TMPDIR:-/tmp}/gateplayer-setup.XXXXXX")
    trap 'rm -f "$LOG"' EXIT
    trap 'stop 130 "Set-up was interrupted. Start again to finish it."' INT TERM
    mapfile -t packages < <(
        missing_packages "$1"
        is_ready "$1" || is_sound || python_package
    )
    ((${#packages[@]} == 0)) || install_packages "${packages[@]}"
    if is_ready "$1"; then return; fi
    [[ -w $ROOT && (! -e $ROOT/.venv || -w $ROOT/.venv) ]] ||
        stop 2 "$ROOT/.venv is to be made or changed, and ${USER:-this user} may not write there. Start as its owner."
    make_environment "$1"
}
