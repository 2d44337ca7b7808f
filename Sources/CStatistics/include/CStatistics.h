/// Distribution functions of Boost.Math behind a C header. No C++ exception crosses: an argument outside the domain
/// gives NaN.
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/// P(X >= statistic) for a chi-square distribution.
double statistics_chi_square_survival(double statistic, double degrees_of_freedom);

/// P(X <= x) and P(X > x) for the standard normal distribution, and the x with P(X <= x) = probability.
double statistics_normal_cumulative(double x);
double statistics_normal_survival(double x);
double statistics_normal_quantile(double probability);

/// P(X <= successes) and P(X > successes) for a binomial distribution.
double statistics_binomial_cumulative(double successes, double trials, double probability);
double statistics_binomial_survival(double successes, double trials, double probability);

/// P(X > x) and the quantile of Student's t.
double statistics_student_survival(double x, double degrees_of_freedom);
double statistics_student_quantile(double probability, double degrees_of_freedom);

#ifdef __cplusplus
}
#endif
