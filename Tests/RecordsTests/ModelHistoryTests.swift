import Records
import Store
import Testing

@Suite struct ModelHistoryTests {
  private func drift(psi: [Double], night: Int) -> ModelHistory.Drift {
    let digest = Digest(of: [])
    let columns = psi.enumerated().map { index, psi in
      DriftDocument.Column(
        name: "c\(index)", role: index == 0 ? "prediction" : "feature", isDrifted: psi >= 0.2, psi: psi, test: "",
        statistic: 0, pValue: 1, referenceMissing: 0, currentMissing: 0, bins: [])
    }
    return ModelHistory.Drift(
      night: Timestamp(seconds: night * 86_400),
      DriftDocument(
        model: digest, modelVersion: nil, reference: digest, referenceRowCount: 1, data: digest, dataVersion: nil,
        rowCount: 1, isDrifted: true, psiThreshold: 0.2, pValueThreshold: 0.01, columnShareThreshold: 0.3,
        columns: columns))
  }

  @Test("of many nights the newest 400 stay")
  func bounded() {
    let history = ModelHistory(
      drift: (0..<1000).map { drift(psi: [0.1], night: $0) }, performance: [], retrainings: [])
    #expect(history.drift.count == 400 && history.drift.last?.night == Timestamp(seconds: 999 * 86_400))
  }

  @Test("a night's drift is the largest of the model's columns, and that of what it says apart")
  func summary() {
    let point = drift(psi: [0.9, 0.1, 0.4, 0.3, 0.05], night: 1)
    #expect(point.largestPSI == 0.4 && point.largestColumn == "c2" && point.predictionPSI == 0.9)
    #expect(point.driftedShare == 0.5)
  }
}
