"""The care plan on the tablet: aims at arrival, a look each day, closed at the departure."""
