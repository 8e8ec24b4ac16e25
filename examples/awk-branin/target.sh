#!/bin/sh
# The target: reads its parameters, computes, writes its loss. Any language that can do that will do.
set -eu

folder=${HYPERDOCK_DIR:-/hyperdock}

# C locale: numbers with a point, whatever the machine speaks.
LC_ALL=C awk '
    # The number behind "key": in a flat JSON object. Good enough here; not a JSON parser.
    function number(key,    rest) {
        if (!match(json, "\"" key "\"[ \t\r\n]*:[ \t\r\n]*"))
            refuse("there is no \"" key "\"")
        rest = substr(json, RSTART + RLENGTH)
        if (!match(rest, /^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?[ \t\r\n]*[,}]/))
            refuse("\"" key "\" is not a number")
        return substr(rest, 1, RLENGTH - 1) + 0
    }

    function refuse(problem) {
        print "target.sh: in params.json " problem > "/dev/stderr"
        failed = 1
        exit 1
    }

    # Debian builds busybox without libm: no cos(), no atan2(), no x ^ 2.
    function cosine(angle,    term, sum, n) {
        angle -= 2 * pi * int(angle / (2 * pi))
        term = sum = 1
        for (n = 2; n <= 60; n += 2) {
            term *= -angle * angle / (n * (n - 1))
            sum += term
        }
        return sum
    }

    function branin(x, y,    valley) {
        valley = y - 5.1 / (4 * pi * pi) * x * x + 5 / pi * x - 6
        return valley * valley + 10 * (1 - 1 / (8 * pi)) * cosine(x) + 10
    }

    BEGIN { pi = 3.14159265358979 }

    { json = json $0 "\n" }

    END {
        if (failed) exit 1
        x = number("x")
        y = number("y")
        loss = branin(x, y)
        printf "{\"loss\": %.10g}\n", loss > result
        printf "branin(%.6g, %.6g) = %.6g\n", x, y, loss
    }
' result="$folder/loss.json" "$folder/params.json"
