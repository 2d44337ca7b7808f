@testable import Reports
import Testing

@Suite struct PlacesTests {
  @Test("nights that are missing leave a gap on the axis of time")
  func time() {
    let places = Places("Night", ["2013-04-01", "2013-04-02", "2013-04-11"])
    #expect(places.positions == [0, 0.1, 1])
  }

  @Test(
    "ticks stand at round dates, the year once",
    arguments: [
      (["2013-04-01", "2013-04-15"], ["1 Apr 2013", "8 Apr", "15 Apr"]),
      (["2012-11-01", "2013-02-01"], ["Nov 2012", "Dec", "Jan 2013", "Feb"]),
      (["2013-01-15", "2013-12-20"], ["Mar 2013", "May", "Jul", "Sep", "Nov"]),
      (["2010-01-01", "2020-01-01"], ["Jan 2010", "Jan 2012", "Jan 2014", "Jan 2016", "Jan 2018", "Jan 2020"]),
      (["2013-04-01T22:00:00Z", "2013-04-02T02:00:00Z"], ["22:00", "23:00", "2 Apr", "01:00", "02:00"]),
    ])
  func dates(labels: [String], ticks: [String]) { #expect(Places("", labels).ticks.map(\.label) == ticks) }

  @Test("few labels are left on a phone", arguments: ["2013-04-07", "2013-06-30", "2014-04-01", "2043-01-01"])
  func phone(last: String) {
    let ticks = Places("", ["2013-04-01", last]).ticks
    #expect((2...8).contains(ticks.count))
    #expect((1...4).contains(ticks.count { !$0.isForWide }))
    #expect(ticks.allSatisfy { (0...1).contains($0.position) })
  }

  @Test("ascending numbers stand where their size says, other labels evenly")
  func numbers() {
    #expect(Places("Round", ["0", "1", "10"]).positions == [0, 0.1, 1])
    #expect(Places("Round", ["3", "1", "10"]).positions == [0, 0.5, 1])
    #expect(Places("Value", ["nan", "1", "2"]).positions == [0, 0.5, 1])
    #expect(Places("Value", ["JFK", "EWR"]).positions == [0, 1])
    #expect(Places("Value", ["JFK"]).positions == [0.5])
    #expect(Places("Value", []).ticks.isEmpty)
  }

  @Test("of many names the last has a label, and no two touch", arguments: [2, 9, 57, 1000])
  func named(count: Int) {
    let ticks = Places("", (0..<count).map { "name \($0)" }).ticks
    #expect(ticks.last?.label == "name \(count - 1)")
    #expect(ticks.last?.isForWide == false)
    #expect(ticks.count <= 8 || count <= 8)
  }
}
