"""Words of which generated names are made."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST = _words(
    "Ada Agnes Alan Alice Amir Ana Andre Anita Arthur Beatrice Ben Bernard Boris Carla Carmen Cecil Chen "
    "Clara Daniel David Diego Dolores Doris Edith Edwin Elena Eli Ellen Elsie Emil Esther Eva Farid Felix "
    "Flora Frank Gail George Gloria Grace Hana Harold Hazel Helen Henry Hugo Ida Ines Irene Isaac Ivan "
    "Jamal James Jane Jean Joan John Jorge Joyce Juan Julia June Karen Kenji Laila Laura Leo Leon Lila "
    "Linda Louis Lucia Luis Mabel Marco Maria Marion Martha Mei Milo Miriam Nadia Nora Olga Oscar Pablo "
    "Paul Pearl Peter Priya Ralph Ramon Rosa Ruth Samuel Sofia Stella Tomas Vera Victor Walter Wanda Yusuf"
)

LAST = _words(
    "Abbott Adler Ahmed Allen Alvarez Baker Barnes Becker Bell Bennett Berg Blake Brooks Brown Burns Carter "
    "Castro Chan Chavez Clark Cole Collins Costa Cruz Curtis Davis Diaz Dixon Doyle Duarte Dunn Edwards "
    "Ellis Evans Farrell Fischer Flores Foley Ford Foster Fox Garcia Gibson Gomez Grant Gray Green Gupta "
    "Hall Hansen Harris Hayes Henderson Hill Holt Howard Hughes Ibarra Jackson Jensen Johnson Jones Kaplan "
    "Keller Kelly Khan Kim King Klein Lambert Larsen Lee Levy Lewis Lopez Martin Mason Mendez Meyer Miller "
    "Moore Morales Morgan Murphy Myers Nelson Nguyen Novak Olsen Ortiz Owens Parker Patel Perez Perry "
    "Phillips Pope Powell Quinn Ramos Reed Reyes Rivera Roberts Romano Rossi Russo Ryan Sanchez Schmidt "
    "Shah Silva Simmons Singh Smith Soto Stein Stone Sullivan Tan Taylor Torres Tran Turner Vargas Vega "
    "Wagner Walker Ward Weber White Williams Wilson Wong Wood Wright Young Zhang Zimmer"
)

SITE = _words(
    "Alder Ash Bay Birch Bridge Brook Cedar Chestnut Cliff Clover Cove Cypress Dogwood Elm Fern Forest "
    "Garden Glen Grove Harbor Hawthorn Hazel Heather Highland Hillcrest Holly Ivy Juniper Lake Larch Laurel "
    "Lilac Linden Magnolia Maple Meadow Mill Oak Orchard Park Pine Pleasant Poplar Prairie Ridge River "
    "Rose Sage Spring Spruce Summit Sunset Sycamore Valley View Walnut Willow Woodland"
)

SITE_END = _words("Hill Court Manor Place House Green Terrace Point Field Gate Crossing Commons")

FACILITY_KIND = ("Nursing Home", "Assisted Living", "Home Care", "Clinic", "Group Home")
"""In the order of `places.TYPES`."""
