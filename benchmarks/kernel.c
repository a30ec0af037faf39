/* The arithmetic of the combat kernel in C that a compiler can vectorise: the yardstick for numpy.
 *
 * Noise by counter-based draws, the general Lanchester law, one uniform a unit and the inverse
 * binomial: what sim/rules/combat.py asks of sim/rules/kernel.py, sim/state/streams.py and
 * sim/state/binomial.py, with the same constants. Inner loops run over LANES elements without
 * branches, and exp, log and log1p come from the vector mathematics library of the C library.
 */
#include <math.h>
#include <stdint.h>

#define LANES 16
#define BLOCK 4096
#define UNROLLED 4
#define SMALL_MEAN 10.0
#define LOWEST 0x1p-40
#define HIGHEST (1.0 - 0x1p-40)
#define MOST_TERMS 20000

static inline uint64_t mix(uint64_t x) {
    x ^= x >> 30;
    x *= 0xBF58476D1CE4E5B9u;
    x ^= x >> 27;
    x *= 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

static inline double to_unit_interval(uint64_t bits) {
    return ((double)(int64_t)(bits >> 12) + 0.5) * 0x1p-52;
}

/* Normal quantile: Wichura (1988), algorithm AS 241, PPND16. Both branches are computed. */
static inline double ratio8(double x, const double *a, const double *b) {
    double above = a[7], below = b[7];
    for (int i = 6; i >= 0; i--) {
        above = above * x + a[i];
        below = below * x + b[i];
    }
    return above / below;
}

static const double A[8] = {3.3871328727963666080e0, 1.3314166789178437745e2,
    1.9715909503065514427e3, 1.3731693765509461125e4, 4.5921953931549871457e4,
    6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3};
static const double B[8] = {1.0, 4.2313330701600911252e1, 6.8718700749205790830e2,
    5.3941960214247511077e3, 2.1213794301586595867e4, 3.9307895800092710610e4,
    2.8729085735721942674e4, 5.2264952788528545610e3};
static const double C[8] = {1.42343711074968357734e0, 4.63033784615654529590e0,
    5.76949722146069140550e0, 3.64784832476320460504e0, 1.27045825245236838258e0,
    2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4};
static const double D[8] = {1.0, 2.05319162663775882187e0, 1.67638483018380384940e0,
    6.89767334985100004550e-1, 1.48103976427480074590e-1, 1.51986665636164571966e-2,
    5.47593808499534494600e-4, 1.05075007164441684324e-9};
static const double E[8] = {6.65790464350110377720e0, 5.46378491116411436990e0,
    1.78482653991729133580e0, 2.96560571828504891230e-1, 2.65321895265761230930e-2,
    1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7};
static const double F[8] = {1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1,
    1.48753612908506148525e-2, 7.86869131145613259100e-4, 1.84631831751005468180e-5,
    1.42151175831644588870e-7, 2.04426310338993978564e-15};

static inline double normal_quantile(double u) {
    double q = u - 0.5;
    double tail = sqrt(-log(u < 0.5 ? u : 1.0 - u));
    double middle = q * ratio8(0.180625 - q * q, A, B);
    double near = ratio8(tail - 1.6, C, D);
    double far = ratio8(tail - 5.0, E, F);
    double outside = tail <= 5.0 ? near : far;
    outside = q < 0.0 ? -outside : outside;
    return fabs(q) <= 0.425 ? middle : outside;
}

/* Chance that a fighter is lost, for each side of each engagement. All arrays have one element a
 * side; row is the replicate, key_* are keys of the replicates (day mixed in, but for key). */
void chances(int64_t sides, const int64_t *restrict row, const double *restrict own,
             const double *restrict fire, const double *restrict exposed,
             const double *restrict attrition, const double *restrict factor,
             const double *restrict own_exponent, const double *restrict enemy_exponent,
             const double *restrict sigma_engagement, const double *restrict sigma_day,
             const double *restrict sigma_city, const uint64_t *restrict key,
             const uint64_t *restrict key_day, const uint64_t *restrict key_city,
             const uint64_t *restrict began, const uint64_t *restrict id,
             const uint64_t *restrict city_id, double *restrict chance) {
#pragma omp simd
    for (int64_t i = 0; i < sides; i++) {
        int64_t r = row[i];
        double s0 = sigma_engagement[r], s1 = sigma_day[r], s2 = sigma_city[r];
        double z0 = normal_quantile(to_unit_interval(mix(mix(key[r] ^ mix(began[i])) ^ id[i])));
        double z1 = normal_quantile(to_unit_interval(mix(key_day[r] ^ id[i])));
        double z2 = normal_quantile(to_unit_interval(mix(key_city[r] ^ city_id[i])));
        double noise = s0 * z0 + s1 * z1 + s2 * z2 - 0.5 * (s0 * s0 + s1 * s1 + s2 * s2);
        double power = enemy_exponent[r] * log(fire[i]) + (own_exponent[r] - 1.0) * log(own[i]);
        double rate = attrition[i] * factor[i] * exp(power + noise);
        chance[i] = (1.0 - exp(-rate)) * exposed[i];
    }
}

/* Draws that wait to be made; there is room for LANES copies of the last, to fill a vector. */
struct draws {
    int64_t count, index[BLOCK];
    uint8_t flip[BLOCK];
    double u[BLOCK + LANES], size[BLOCK + LANES], p[BLOCK + LANES];
};

static void fill_up(struct draws *w) {
    for (int j = 0; w->count && j < LANES; j++) {
        w->u[w->count + j] = w->u[w->count - 1];
        w->size[w->count + j] = w->size[w->count - 1];
        w->p[w->count + j] = w->p[w->count - 1];
    }
}

static void hand_out(const struct draws *w, int64_t start, const double *found, int64_t *losses) {
    for (int64_t i = start; i < start + LANES && i < w->count; i++) {
        int64_t lost = (int64_t)found[i - start];
        losses[w->index[i]] = w->flip[i] ? (int64_t)w->size[i] - lost : lost;
    }
}

/* Sequential search: add terms of the law until their sum reaches the uniform. */
static void search(struct draws *w, int64_t *losses) {
    double term[LANES], total[LANES], a[LANES], b[LANES], goal[LANES], found[LANES];
    fill_up(w);
    for (int64_t start = 0; start < w->count; start += LANES) {
        const double *u = w->u + start, *size = w->size + start, *p = w->p + start;
#pragma omp simd
        for (int j = 0; j < LANES; j++) {
            a[j] = p[j] / (1.0 - p[j]);
            b[j] = (size[j] + 1.0) * a[j];
            term[j] = total[j] = exp(size[j] * log1p(-p[j]));
            goal[j] = u[j] < HIGHEST ? u[j] : HIGHEST;
            found[j] = 0.0;
        }
        double waiting = 1.0;
        for (int k = 1; waiting > 0.0 && k < MOST_TERMS;) {
            for (int step = 0; step < UNROLLED; step++, k++) {
                double inverse = 1.0 / k;
#pragma omp simd
                for (int j = 0; j < LANES; j++) {
                    found[j] += goal[j] > total[j] ? 1.0 : 0.0;
                    term[j] *= b[j] * inverse - a[j];
                    total[j] += term[j];
                }
            }
            waiting = 0.0;
#pragma omp simd reduction(+ : waiting)
            for (int j = 0; j < LANES; j++) waiting += goal[j] > total[j] ? 1.0 : 0.0;
        }
        hand_out(w, start, found, losses);
    }
}

/* Cornish-Fisher expansion of the law on whole numbers, for means from SMALL_MEAN on. */
static void expand(struct draws *w, int64_t *losses) {
    double found[LANES];
    fill_up(w);
    for (int64_t start = 0; start < w->count; start += LANES) {
        const double *u = w->u + start, *size = w->size + start, *chance = w->p + start;
#pragma omp simd
        for (int j = 0; j < LANES; j++) {
            double p = chance[j], q = 1.0 - p, mean = size[j] * p;
            double c2 = mean * q, c3 = c2 * (q - p), pq = 6.0 * p * q;
            double v = c2 - 1.0 / 12.0, sigma = sqrt(v);
            double g1 = c3 / (v * sigma), g2 = (c2 * (1.0 - pq) + 1.0 / 120.0) / (v * v);
            double g3 = c3 * (1.0 - 2.0 * pq) / (v * v * sigma), g111 = g1 * g1 * g1;
            double uniform = u[j] < LOWEST ? LOWEST : u[j] > HIGHEST ? HIGHEST : u[j];
            double z = normal_quantile(uniform);
            double x = (g3 / 120.0 - g1 * g2 / 24.0 + g111 / 27.0) * z;
            x = (x + g2 / 24.0 - g1 * g1 / 18.0) * z;
            x += g1 / 6.0 - g3 / 20.0 + 5.0 / 24.0 * g1 * g2 - 53.0 / 324.0 * g111;
            x = (x * z + 1.0 - g2 / 8.0 + 5.0 / 36.0 * g1 * g1) * z;
            x += g3 / 40.0 - g1 / 6.0 + 17.0 / 324.0 * g111 - g1 * g2 / 12.0;
            x = floor(mean + 0.5 + sigma * x);
            x = x < 0.0 ? 0.0 : x;
            found[j] = x > size[j] ? size[j] : x;
        }
        hand_out(w, start, found, losses);
    }
}

/* Losses of units, Binomial(strength, chance of the unit's side), a draw for each. */
void unit_losses(int64_t units, const int64_t *restrict side, const int64_t *restrict row,
                 const uint64_t *restrict key, const uint64_t *restrict id,
                 const int64_t *restrict strength, const double *restrict chance,
                 int64_t *restrict losses) {
    static struct draws waiting[2]; /* of small mean, of large mean */
    static double uniform[BLOCK], odds[BLOCK];
    for (int64_t start = 0; start < units; start += BLOCK) {
        int64_t number = units - start < BLOCK ? units - start : BLOCK;
#pragma omp simd
        for (int64_t i = 0; i < number; i++) {
            uniform[i] = to_unit_interval(mix(key[row[start + i]] ^ id[start + i]));
            odds[i] = chance[side[start + i]];
        }
        waiting[0].count = waiting[1].count = 0;
        for (int64_t i = 0; i < number; i++) {
            int often = odds[i] > 0.5;
            double p = often ? 1.0 - odds[i] : odds[i], size = (double)strength[start + i];
            struct draws *w = &waiting[p * size >= SMALL_MEAN];
            int64_t at = w->count++;
            w->index[at] = start + i;
            w->flip[at] = (uint8_t)often;
            w->u[at] = often ? 1.0 - uniform[i] : uniform[i];
            w->size[at] = size;
            w->p[at] = p;
        }
        search(&waiting[0], losses);
        expand(&waiting[1], losses);
    }
}
