"""The tables of the room: material lots here, offers, lending, repairs and hours beside them."""

from wikivillage.web.exchange.models.helping import Answer as Answer
from wikivillage.web.exchange.models.helping import HourGift as HourGift
from wikivillage.web.exchange.models.helping import Loan as Loan
from wikivillage.web.exchange.models.helping import RepairDay as RepairDay
from wikivillage.web.exchange.models.helping import RepairTicket as RepairTicket
from wikivillage.web.exchange.models.helping import Tool as Tool
from wikivillage.web.exchange.models.helping import Wish as Wish
from wikivillage.web.exchange.models.lots import Lot as Lot
from wikivillage.web.exchange.models.lots import LotMark as LotMark
from wikivillage.web.exchange.models.lots import LotPhoto as LotPhoto
from wikivillage.web.exchange.models.lots import Reservation as Reservation
from wikivillage.web.exchange.models.lots import Transformation as Transformation
from wikivillage.web.exchange.models.lots import WasteExit as WasteExit
