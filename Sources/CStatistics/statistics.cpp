#include "CStatistics.h"

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/complement.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <limits>

namespace {

/// The value of `body`, or NaN where it throws: an argument was outside the domain.
template <typename Body> double guarded(Body body) {
  try {
    return body();
  } catch (...) {
    return std::numeric_limits<double>::quiet_NaN();
  }
}

template <typename Distribution> double survival(const Distribution &distribution, double x) {
  return boost::math::cdf(boost::math::complement(distribution, x));
}

}  // namespace

using boost::math::cdf;
using boost::math::quantile;

extern "C" double statistics_chi_square_survival(double statistic, double degrees_of_freedom) {
  return guarded([&] { return survival(boost::math::chi_squared(degrees_of_freedom), statistic); });
}

extern "C" double statistics_normal_cumulative(double x) {
  return guarded([&] { return cdf(boost::math::normal(), x); });
}

extern "C" double statistics_normal_survival(double x) {
  return guarded([&] { return survival(boost::math::normal(), x); });
}

extern "C" double statistics_normal_quantile(double probability) {
  return guarded([&] { return quantile(boost::math::normal(), probability); });
}

extern "C" double statistics_binomial_cumulative(double successes, double trials, double probability) {
  return guarded([&] { return cdf(boost::math::binomial(trials, probability), successes); });
}

extern "C" double statistics_binomial_survival(double successes, double trials, double probability) {
  return guarded([&] { return survival(boost::math::binomial(trials, probability), successes); });
}

extern "C" double statistics_student_survival(double x, double degrees_of_freedom) {
  return guarded([&] { return survival(boost::math::students_t(degrees_of_freedom), x); });
}

extern "C" double statistics_student_quantile(double probability, double degrees_of_freedom) {
  return guarded([&] { return quantile(boost::math::students_t(degrees_of_freedom), probability); });
}
