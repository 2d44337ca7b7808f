/// Distribution functions of Boost.Math behind a C header. No C++ exception crosses: an argument outside the domain
/// gives NaN.
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/// P(X >= statistic) for a chi-square distribution.
double statistics_chi_square_survival(double statistic, double degrees_of_freedom);

#ifdef __cplusplus
}
#endif
