-- The shape of a bill says more than its length and depth.
select species, island, sex, year,
       bill_length_mm, bill_depth_mm, bill_length_mm / bill_depth_mm as bill_ratio,
       flipper_length_mm, body_mass_g
from penguins
where bill_length_mm is not null
order by all
