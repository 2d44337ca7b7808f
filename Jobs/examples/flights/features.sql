-- What can be known three hours before a flight is to leave: its schedule, and the weather at its airport by then.
select f.time_hour, f.carrier, f.flight, f.origin, f.dest, f.distance, f.sched_dep_time, f.sched_arr_time,
       w.temp, w.humid, w.precip, w.pressure, w.visib,
       case when w.wind_speed < 150 then w.wind_speed end as wind_speed,  -- one reading says 1,048 miles an hour
       f.arr_delay
from flights f
left join weather w on w.origin = f.origin and w.time_hour = f.time_hour - interval 3 hours
order by f.time_hour, f.carrier, f.flight, f.origin
