internal import CStatistics

/// Distribution functions, by Boost.Math. An argument outside the domain gives NaN.
package enum Distribution {
  /// P(X <= x) for the standard normal distribution.
  package static func normalCumulative(_ x: Double) -> Double { statistics_normal_cumulative(x) }

  /// P(X > x) for the standard normal distribution, exact far out in the tail.
  package static func normalSurvival(_ x: Double) -> Double { statistics_normal_survival(x) }

  /// The x with P(X <= x) = `probability`, which is between 0 and 1, for the standard normal distribution.
  package static func normalQuantile(_ probability: Double) -> Double { statistics_normal_quantile(probability) }

  /// P(X <= successes) in so many trials, each with `probability` of success.
  package static func binomialCumulative(_ successes: Int, trials: Int, probability: Double) -> Double {
    statistics_binomial_cumulative(Double(successes), Double(trials), probability)
  }

  /// P(X > successes) in so many trials.
  package static func binomialSurvival(_ successes: Int, trials: Int, probability: Double) -> Double {
    statistics_binomial_survival(Double(successes), Double(trials), probability)
  }

  /// P(X > x) for Student's t.
  package static func studentSurvival(_ x: Double, degreesOfFreedom: Double) -> Double {
    statistics_student_survival(x, degreesOfFreedom)
  }

  /// The x with P(X <= x) = `probability` for Student's t.
  package static func studentQuantile(_ probability: Double, degreesOfFreedom: Double) -> Double {
    statistics_student_quantile(probability, degreesOfFreedom)
  }

  /// P(X > x) for a chi-square distribution.
  package static func chiSquareSurvival(_ x: Double, degreesOfFreedom: Double) -> Double {
    statistics_chi_square_survival(x, degreesOfFreedom)
  }
}
