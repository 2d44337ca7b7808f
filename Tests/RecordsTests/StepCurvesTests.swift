import Records
import Testing

@Suite struct StepCurvesTests {
  private func curves(_ text: String) -> StepCurves { StepCurves(Array(text.utf8)) }

  @Test("points become a curve for each metric, by step")
  func points() {
    let found = curves(
      """
      {"step":2,"metric":"loss","value":0.3}
      {"step":1,"metric":"loss","value":0.5}

      {"step":1,"metric":"auc","value":0.7}

      """
    ).curves
    #expect(found.map(\.metric) == ["auc", "loss"])
    #expect(found[1].points.map(\.step) == [1, 2])
    #expect(found[1].points.map(\.value) == [0.5, 0.3])
  }

  @Test(
    "what is no point is passed over",
    arguments: [
      ("{\"step\":1,\"metric\":\"loss\",\"value\":0.3}\n{\"step\":2,\"met", 0), ("no\n", 1), ("[1]\n", 1),
      ("{\"step\":1,\"metric\":\"\",\"value\":1}\n", 1), ("{\"step\":1,\"metric\":\"m\",\"value\":\"high\"}\n", 1),
      ("{\"step\":1.5,\"metric\":\"m\",\"value\":1}\n", 1),
      ("{\"step\":1,\"metric\":\"\(String(repeating: "m", count: 5000))\",\"value\":1}\n", 1),
    ])
  func strange(text: String, count: Int) { #expect(curves(text).strangeLineCount == count) }

  @Test("a step that is told again counts as it was told last")
  func again() {
    let found = curves("{\"step\":1,\"metric\":\"m\",\"value\":1}\n{\"step\":1,\"metric\":\"m\",\"value\":2}\n").curves
    #expect(found[0].points.map(\.value) == [2])
  }

  @Test("a long curve is thinned evenly, its ends among what stays")
  func long() {
    let text = (0..<10_000).map { "{\"step\":\($0),\"metric\":\"m\",\"value\":\($0)}\n" }.joined()
    let points = curves(text).curves[0].points
    #expect(points.count == StepCurves.limitPoints)
    #expect(points.first?.step == 0)
    #expect(points.last?.step == 9999)
  }

  @Test("of many metrics the first are kept, and the rest counted")
  func many() {
    let found = curves((0..<30).map { "{\"step\":1,\"metric\":\"m\($0)\",\"value\":1}\n" }.joined())
    #expect(found.curves.count == StepCurves.limitCurves)
    #expect(found.surplusPointCount == 10)
  }
}
