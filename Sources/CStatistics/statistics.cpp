#include "CStatistics.h"

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/complement.hpp>
#include <limits>

extern "C" double statistics_chi_square_survival(double statistic, double degrees_of_freedom) {
  try {
    return boost::math::cdf(boost::math::complement(boost::math::chi_squared(degrees_of_freedom), statistic));
  } catch (...) {
    return std::numeric_limits<double>::quiet_NaN();
  }
}
