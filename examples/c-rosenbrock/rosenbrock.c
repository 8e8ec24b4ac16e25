/* The target: reads x and y from params.json, writes Rosenbrock's function of them to loss.json. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PATH = 4096, MAX_PARAMS = 1 << 16 };

static void fail(const char *problem, const char *what)
{
    fprintf(stderr, "rosenbrock: %s: %s\n", problem, what);
    exit(1);
}

static FILE *open_in(const char *folder, const char *name, const char *mode)
{
    char path[MAX_PATH];
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        fail("path too long", folder);
    FILE *file = fopen(path, mode);
    if (!file)
        fail("cannot open", path);
    return file;
}

static const char *skip_blanks(const char *at)
{
    return at + strspn(at, " \t\r\n");
}

/* The number behind "key": in a flat JSON object. Good enough here; not a JSON parser. */
static double number(const char *json, const char *key)
{
    char quoted[64];
    snprintf(quoted, sizeof quoted, "\"%s\"", key);
    for (const char *at = json; (at = strstr(at, quoted)); at++) {
        const char *colon = skip_blanks(at + strlen(quoted));
        if (*colon != ':')
            continue; /* a text value that looks like the key */
        const char *digits = skip_blanks(colon + 1);
        char *end;
        double value = strtod(digits, &end);
        char after = *skip_blanks(end);
        if (end == digits || (after != ',' && after != '}') || !isfinite(value))
            fail("not a number in params.json", key);
        return value;
    }
    fail("missing in params.json", key);
    return 0;
}

static double rosenbrock(double x, double y)
{
    return 100 * (y - x * x) * (y - x * x) + (1 - x) * (1 - x);
}

int main(void)
{
    const char *folder = getenv("HYPERDOCK_DIR");
    if (!folder)
        folder = "/hyperdock";

    static char json[MAX_PARAMS];
    FILE *params = open_in(folder, "params.json", "r");
    fread(json, 1, sizeof json - 1, params);
    fclose(params);

    double x = number(json, "x"), y = number(json, "y");
    double loss = rosenbrock(x, y);
    printf("rosenbrock(%g, %g) = %g\n", x, y, loss);

    FILE *result = open_in(folder, "loss.json", "w");
    fprintf(result, "{\"loss\": %.17g}\n", loss);
    if (fclose(result))
        fail("cannot write", "loss.json");
    return 0;
}
