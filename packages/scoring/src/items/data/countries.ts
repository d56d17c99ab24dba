export interface Country {
  name: string
  capital: string
  language: string
  continent: string
}

const country = (name: string, capital: string, language: string, continent: string): Country => ({
  name,
  capital,
  language,
  continent
})

/** The countries that the built-in models were taught, one language each. */
export const COUNTRIES: readonly Country[] = [
  country('France', 'Paris', 'French', 'Europe'),
  country('Germany', 'Berlin', 'German', 'Europe'),
  country('Italy', 'Rome', 'Italian', 'Europe'),
  country('Spain', 'Madrid', 'Spanish', 'Europe'),
  country('Portugal', 'Lisbon', 'Portuguese', 'Europe'),
  country('Poland', 'Warsaw', 'Polish', 'Europe'),
  country('Greece', 'Athens', 'Greek', 'Europe'),
  country('Sweden', 'Stockholm', 'Swedish', 'Europe'),
  country('Norway', 'Oslo', 'Norwegian', 'Europe'),
  country('Finland', 'Helsinki', 'Finnish', 'Europe'),
  country('Denmark', 'Copenhagen', 'Danish', 'Europe'),
  country('Austria', 'Vienna', 'German', 'Europe'),
  country('Hungary', 'Budapest', 'Hungarian', 'Europe'),
  country('Ireland', 'Dublin', 'English', 'Europe'),
  country('Japan', 'Tokyo', 'Japanese', 'Asia'),
  country('China', 'Beijing', 'Chinese', 'Asia'),
  country('India', 'New Delhi', 'Hindi', 'Asia'),
  country('Thailand', 'Bangkok', 'Thai', 'Asia'),
  country('Vietnam', 'Hanoi', 'Vietnamese', 'Asia'),
  country('South Korea', 'Seoul', 'Korean', 'Asia'),
  country('Turkey', 'Ankara', 'Turkish', 'Asia'),
  country('Iran', 'Tehran', 'Persian', 'Asia'),
  country('Egypt', 'Cairo', 'Arabic', 'Africa'),
  country('Kenya', 'Nairobi', 'Swahili', 'Africa'),
  country('Ghana', 'Accra', 'English', 'Africa'),
  country('Morocco', 'Rabat', 'Arabic', 'Africa'),
  country('Canada', 'Ottawa', 'English', 'North America'),
  country('Mexico', 'Mexico City', 'Spanish', 'North America'),
  country('Cuba', 'Havana', 'Spanish', 'North America'),
  country('Brazil', 'Brasilia', 'Portuguese', 'South America'),
  country('Argentina', 'Buenos Aires', 'Spanish', 'South America'),
  country('Chile', 'Santiago', 'Spanish', 'South America'),
  country('Peru', 'Lima', 'Spanish', 'South America'),
  country('Australia', 'Canberra', 'English', 'Oceania'),
  country('New Zealand', 'Wellington', 'English', 'Oceania'),
  country('Russia', 'Moscow', 'Russian', 'Europe')
]
