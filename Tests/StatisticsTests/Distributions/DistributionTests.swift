import Testing

@testable import Statistics

@Suite struct DistributionTests {
  @Test("distribution functions are SciPy's, in the tails too")
  func values() throws {
    for sample in try PairedReference.load().distributions {
      let found = try #require(value(sample.function, sample.arguments), "\(sample.function)")
      #expect(
        abs(found - sample.value) <= 1e-9 * max(abs(sample.value), 1e-300), "\(sample.function)\(sample.arguments)")
    }
  }

  @Test("an argument outside the domain gives no number")
  func outside() {
    #expect(Distribution.normalQuantile(1.5).isNaN)
    #expect(Distribution.chiSquareSurvival(-1, degreesOfFreedom: 3).isNaN)
    #expect(Distribution.binomialCumulative(3, trials: 2, probability: 0.5).isNaN)
  }

  private func value(_ function: String, _ x: [Double]) -> Double? {
    switch function {
    case "normalCumulative": Distribution.normalCumulative(x[0])
    case "normalSurvival": Distribution.normalSurvival(x[0])
    case "normalQuantile": Distribution.normalQuantile(x[0])
    case "studentSurvival": Distribution.studentSurvival(x[0], degreesOfFreedom: x[1])
    case "studentQuantile": Distribution.studentQuantile(x[0], degreesOfFreedom: x[1])
    case "binomialCumulative": Distribution.binomialCumulative(Int(x[0]), trials: Int(x[1]), probability: x[2])
    case "binomialSurvival": Distribution.binomialSurvival(Int(x[0]), trials: Int(x[1]), probability: x[2])
    case "chiSquareSurvival": Distribution.chiSquareSurvival(x[0], degreesOfFreedom: x[1])
    default: nil
    }
  }
}
